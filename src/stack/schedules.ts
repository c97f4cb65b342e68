import type { StackResourceSummary } from "@aws-sdk/client-cloudformation";
import type { AwsClients } from "../aws/clients.ts";

/** A schedule of the stack that stops or starts a cluster. */
export interface ClusterSchedule {
  readonly name: string;
  readonly action: "stop" | "start";
  readonly expression: string;
  readonly timezone: string;
  readonly enabled: boolean;
}

/**
 * What EventBridge Scheduler has of the stack's schedules (upstream's `rdbSchedules`: cdk/lib/constructs/vectorstore.ts makes one that
 * stops the cluster and one that starts it, in the default group).
 */
export async function clusterSchedules(
  aws: AwsClients,
  resources: readonly StackResourceSummary[],
): Promise<ClusterSchedule[]> {
  const names = resources
    .filter((one) => one.ResourceType === "AWS::Scheduler::Schedule")
    // The physical id is the name, or GROUP|NAME in some releases of the resource's schema.
    .map((one) => one.PhysicalResourceId?.split("|").at(-1) ?? "");
  const schedules = await Promise.all(
    names.map(async (Name) => {
      const schedule = await aws.scheduler.getSchedule({ Name });
      const action = /:rds:(stop|start)DBCluster$/i.exec(schedule.Target?.Arn ?? "")?.[1];
      if (action === undefined) return [];
      return {
        name: Name,
        action: action.toLowerCase() === "stop" ? ("stop" as const) : ("start" as const),
        expression: schedule.ScheduleExpression ?? "",
        timezone: schedule.ScheduleExpressionTimezone ?? "UTC",
        enabled: schedule.State !== "DISABLED",
      };
    }),
  );
  return schedules.flat();
}
