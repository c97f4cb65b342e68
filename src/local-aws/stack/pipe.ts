import { arnOf } from "../arn.ts";
import type { World } from "../world.ts";
import { stackName, type StackNames } from "./names.ts";

/** Makes the pipe that starts an embedding task for each bot whose SyncStatus becomes QUEUED, from the table's stream. */
export function makeSyncPipe(world: World, names: StackNames): void {
  const name = names.pipeName;
  world.pipes.set(name, {
    name,
    arn: arnOf(world, "pipes", `pipe/${name}`),
    source: arnOf(world, "dynamodb", `table/${names.tableName}/stream/2024-01-15T09:00:00.000`),
    target: arnOf(world, "ecs", `cluster/${names.embeddingCluster}`),
    createdAt: new Date(),
    changedAt: new Date(),
    tags: [{ Key: "aws:cloudformation:stack-name", Value: stackName }],
    starts: {
      // Upstream's pattern looks at the new image alone (cdk/lib/constructs/embedding.ts).
      filter: ({ SyncStatus: status }) => status?.S?.startsWith("QUEUED") === true,
      task: ({ PK, SK }) => ({
        cluster: names.embeddingCluster,
        taskDefinition: names.embeddingTaskFamily,
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: {
            assignPublicIp: "DISABLED",
            subnets: [...names.privateSubnetIds],
            securityGroups: [names.taskSecurityGroupId],
          },
        },
        overrides: {
          containerOverrides: [{ name: "Container", command: ["-u", "embedding/main.py", JSON.stringify({ PK, SK })] }],
        },
      }),
    },
    desiredState: "RUNNING",
    currentState: "RUNNING",
  });
}
