import type { StackEvent } from "@aws-sdk/client-cloudformation";
import type { AwsClients } from "../aws/clients.ts";
import { allPages } from "../aws/pages.ts";

/** The clusters in the stack's events, in the order in which they first stand there. CloudFormation keeps events for 90 days. */
export async function clustersInEvents(aws: AwsClients, stack: string): Promise<string[]> {
  const events = await allPages(async (NextToken) => {
    const page = await aws.cloudformation.describeStackEvents({
      StackName: stack,
      ...(NextToken !== undefined && { NextToken }),
    });
    return { items: page.StackEvents, next: page.NextToken };
  });
  return clustersSeen(events);
}

/** From events, newest first as CloudFormation answers them. Pure. */
export function clustersSeen(events: readonly StackEvent[]): string[] {
  const identifiers = events
    .filter((event) => event.ResourceType === "AWS::RDS::DBCluster")
    .map((event) => event.PhysicalResourceId ?? "")
    .filter((identifier) => identifier !== "");
  return [...new Set(identifiers.toReversed())];
}

/**
 * The cluster that a deploy has put `current` in the place of; undefined where none did. One that was first seen after it is a failed
 * deploy's, which was taken back. Pure.
 */
export function replacedBy(current: string, seen: readonly string[]): string | undefined {
  const position = seen.indexOf(current);
  return position > 0 ? seen[position - 1] : undefined;
}
