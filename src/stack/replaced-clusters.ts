import type { AwsClients } from "../aws/clients.ts";
import { allPages } from "../aws/pages.ts";

/**
 * Identifiers of the clusters that the stack once had and has replaced, from its events. CloudFormation keeps events for 90 days:
 * an empty answer says nothing.
 */
export async function replacedClusters(aws: AwsClients, stackName: string, current: string): Promise<string[]> {
  const events = await allPages(async (NextToken) => {
    const page = await aws.cloudformation.describeStackEvents({
      StackName: stackName,
      ...(NextToken !== undefined && { NextToken }),
    });
    return { items: page.StackEvents, next: page.NextToken };
  });
  const identifiers = events
    .filter((event) => event.ResourceType === "AWS::RDS::DBCluster")
    .map((event) => event.PhysicalResourceId ?? "")
    .filter((identifier) => identifier !== "" && identifier !== current);
  return [...new Set(identifiers)];
}
