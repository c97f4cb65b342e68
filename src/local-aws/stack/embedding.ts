import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { arnOf, globalArnOf } from "../arn.ts";
import type { EcsState } from "../services/ecs/state.ts";
import type { World } from "../world.ts";
import type { SeededBot } from "./bots.ts";
import { sourceOfFile } from "./document-sources.ts";
import { stackName, type StackNames } from "./names.ts";

/** Upstream's `embeddingContainerVcpu` and `embeddingContainerMemory` (cdk.json), in CPU units and MiB. */
const fargateSize = { cpu: "2048", memory: "4096" };

/** Makes the cluster of the embedding tasks, their roles, and the first revision of their task definition. */
export function makeEmbedding(world: World, names: StackNames, secretArn: string): void {
  const name = names.embeddingCluster;
  const tags = [{ Key: "aws:cloudformation:stack-name", Value: stackName }];
  world.ecs.clusters.set(name, { name, arn: arnOf(world, "ecs", `cluster/${name}`), tags });
  for (const role of Object.values(names.embeddingRoles)) makeTaskRole(world, role);
  registerEmbeddingTask(world, names, secretArn);
}

/**
 * Registers the next revision of the task definition and deregisters the one before, as CloudFormation does in each deploy that brings
 * another image.
 */
export function registerEmbeddingTask(world: World, names: StackNames, secretArn: string): void {
  const family = names.embeddingTaskFamily;
  const revisions = world.ecs.taskDefinitions.get(family) ?? [];
  const before = revisions.at(-1);
  if (before) Object.assign(before, { status: "INACTIVE", deregisteredAt: new Date() });
  const revision = revisions.length + 1;
  const taskDefinitionArn = arnOf(world, "ecs", `task-definition/${family}:${String(revision)}`);
  const definition: TaskDefinition = {
    taskDefinitionArn,
    family,
    revision,
    status: "ACTIVE",
    ...fargateSize,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    compatibilities: ["EC2", "FARGATE"],
    runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
    taskRoleArn: globalArnOf(world, "iam", `role/${names.embeddingRoles.task}`),
    executionRoleArn: globalArnOf(world, "iam", `role/${names.embeddingRoles.execution}`),
    volumes: [],
    placementConstraints: [],
    registeredAt: new Date(),
    containerDefinitions: [containerOf(world, names, secretArn)],
  };
  world.ecs.taskDefinitions.set(family, [...revisions, definition]);
}

/** The latest revision's ARN: CloudFormation's physical id. */
export function embeddingTaskArn({ ecs }: World, { embeddingTaskFamily }: StackNames): string {
  return ecs.taskDefinitions.get(embeddingTaskFamily)?.at(-1)?.taskDefinitionArn ?? "";
}

/** CDK names the family for the stack and the logical id. */
export function embeddingTaskId({ embeddingTaskFamily }: StackNames): string {
  return embeddingTaskFamily.slice(stackName.length);
}

function containerOf({ accountId, region }: World, names: StackNames, secretArn: string) {
  const variables = {
    BEDROCK_REGION: region,
    DB_SECRETS_ARN: secretArn,
    ACCOUNT: accountId,
    REGION: region,
    TABLE_NAME: names.tableName,
    DOCUMENT_BUCKET: names.bucketName,
  };
  return {
    name: "Container",
    image: `${accountId}.dkr.ecr.${region}.amazonaws.com/cdk-hnb659fds-container-assets-${accountId}-${region}:embedding`,
    cpu: 0,
    essential: true,
    environment: Object.entries(variables).map(([name, value]) => ({ name, value })),
    portMappings: [],
    mountPoints: [],
    volumesFrom: [],
    logConfiguration: {
      logDriver: "awslogs" as const,
      options: {
        "awslogs-group": names.embeddingLogGroup,
        "awslogs-stream-prefix": "embed-task",
        "awslogs-region": region,
      },
    },
  };
}

/** Its policies are not looked at here: what it may do is what the program does. */
function makeTaskRole(world: World, name: string): void {
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  world.iam.set(name, {
    name,
    arn: globalArnOf(world, "iam", `role/${name}`),
    id: `AROA${name
      .replaceAll(/[^A-Za-z0-9]/g, "")
      .toUpperCase()
      .slice(-16)}`,
    createdAt: new Date(),
    tags: [{ Key: "aws:cloudformation:stack-name", Value: stackName }],
    assumeRolePolicyDocument: JSON.stringify(trust),
    description: undefined,
    policies: new Map(),
    attached: new Set(),
  });
}

/** Lets the bots' documents have as many chunks as the bots were seeded with rows, the first of them what does not divide. */
export function seedDocuments({ documents }: EcsState, bots: readonly SeededBot[], bucket: string): void {
  for (const bot of bots) {
    const place = { bucket, userId: bot.userId, botId: bot.id };
    const files = bot.filenames.map((name) => sourceOfFile(place, name));
    const sources = [...bot.sourceUrls, ...files];
    const each = Math.floor(bot.rows / Math.max(1, sources.length));
    sources.forEach((source, index) => {
      const chunks = index === 0 ? bot.rows - each * (sources.length - 1) : each;
      documents.set(source, { chunks, edition: 0 });
    });
  }
}
