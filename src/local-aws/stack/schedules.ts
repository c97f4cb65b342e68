import { arnOf, globalArnOf } from "../arn.ts";
import type { Schedule } from "../services/scheduler/state.ts";
import type { World } from "../world.ts";
import { stackName } from "./names.ts";

/** When the stack's schedules stop and start the cluster (upstream's `rdbSchedules`), as EventBridge Scheduler takes it. */
export interface RdsSchedules {
  readonly stop: string;
  readonly start: string;
}

/** Makes the two schedules of the stack, and gives what CloudFormation tells of them. */
export function makeSchedules(
  world: World,
  schedules: RdsSchedules,
  cluster: string,
): [logicalId: string, physicalId: string, type: string][] {
  const actions = [
    { logicalId: "VectorStoreStartRdsScheduler0D1A7F5C", operation: "startDBCluster", expression: schedules.start },
    { logicalId: "VectorStoreStopRdsSchedulerB3F4A6A2", operation: "stopDBCluster", expression: schedules.stop },
  ];
  return actions.map(({ logicalId, operation, expression }) => {
    const name = `${stackName}-${logicalId}-1X2Y3Z4W5V6U`;
    const schedule: Schedule = {
      name,
      arn: arnOf(world, "scheduler", `schedule/default/${name}`),
      groupName: "default",
      description: operation === "startDBCluster" ? "Start RDS Instance" : "Stop RDS Instance",
      expression,
      timezone: "UTC",
      state: "ENABLED",
      target: {
        arn: `arn:aws:scheduler:::aws-sdk:rds:${operation}`,
        roleArn: globalArnOf(world, "iam", `role/${stackName}-rolerdsscheduler`),
        input: JSON.stringify({ DbClusterIdentifier: cluster }),
      },
      createdAt: new Date(),
    };
    world.scheduler.set(`default/${name}`, schedule);
    return [logicalId, name, "AWS::Scheduler::Schedule"];
  });
}
