import type { RunTaskCommandInput } from "@aws-sdk/client-ecs";
import type { World } from "../../src/local-aws/world.ts";
import { makeEmbedding } from "../../src/local-aws/stack/embedding.ts";
import { stackNames } from "../../src/local-aws/stack/names.ts";
import { makeNetwork } from "../../src/local-aws/stack/network.ts";

export const names = stackNames(7);

/** Puts the stack's network and what it has of ECS into a world. */
export function putEmbedding(world: World): void {
  makeNetwork(world, names);
  makeEmbedding(world, names, "arn:aws:secretsmanager:us-east-1:111122223333:secret:database");
}

/** A request for the embedding task of a bot, as the upgrade guide's script makes it. */
export function embeddingTask(PK: string, bot: string, more: Partial<RunTaskCommandInput> = {}): RunTaskCommandInput {
  const keys = JSON.stringify({ PK: { S: PK }, SK: { S: `${PK}#BOT#${bot}` } });
  return {
    cluster: names.embeddingCluster,
    taskDefinition: names.embeddingTaskFamily,
    launchType: "FARGATE",
    networkConfiguration: {
      awsvpcConfiguration: { subnets: [...names.privateSubnetIds], securityGroups: [names.taskSecurityGroupId] },
    },
    overrides: { containerOverrides: [{ name: "Container", command: ["-u", "embedding/main.py", keys] }] },
    ...more,
  };
}
