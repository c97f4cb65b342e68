import { arnOf } from "../arn.ts";
import type { World } from "../world.ts";
import { makeBotsTable } from "./bots-table.ts";
import { tableItems } from "./bot-items.ts";
import type { SeededBot } from "./bots.ts";
import { makeDatabase, withMasterUser } from "./database.ts";
import { attachSecret, makeDatabaseSecret, newPassword } from "./database-secret.ts";
import type { Deployment } from "./deployment.ts";
import { stackNames, type StackNames } from "./names.ts";
import { embeddingTaskArn, embeddingTaskId, makeEmbedding, seedDocuments } from "./embedding.ts";
import { makeNetwork } from "./network.ts";
import { databaseOutputs, fixedOutputs } from "./outputs.ts";
import { makeSyncPipe } from "./pipe.ts";
import { hasDataApi, outputsOf, type Release, templateVersion } from "./release.ts";
import { makeSchedules, type RdsSchedules } from "./schedules.ts";
import { createSchema } from "./schema.ts";
import { newStack, noteResource, setOutputs, setStackStatus } from "./stack-record.ts";

/** What is deployed. */
export interface DeployedContent {
  readonly seed: number;
  readonly dimensions: number;
  readonly bots: readonly SeededBot[];
  readonly dynamoDbPort: number;
  readonly release: Release;
  /** When the cluster is stopped and started: never when left out, as upstream has it. */
  readonly rdsSchedules?: RdsSchedules | undefined;
}

/** Deploys Bedrock Chat v0: its network, the unencrypted cluster with an empty `items`, the secret, the table with the bots. */
export async function deployV0(world: World, content: DeployedContent): Promise<Deployment> {
  const names = stackNames(content.seed);
  const stack = newStack(world, names.stackUuid);
  makeNetwork(world, names);
  makeSubnetGroup(world, names);
  const password = newPassword();
  const secret = makeDatabaseSecret(world, names, password);
  makeEmbedding(world, names, secret.arn);
  seedDocuments(world.ecs, content.bots, names.bucketName);
  makeSyncPipe(world, names);
  const [cluster] = await Promise.all([
    makeDatabase(world, names, {
      version: "v0",
      password,
      engineVersion: templateVersion,
      dataApi: hasDataApi(content.release),
    }),
    makeBotsTable(
      { dynamoDbPort: content.dynamoDbPort, region: world.region, tableName: names.tableName },
      tableItems(content.seed, content.bots),
    ),
  ]);
  attachSecret(secret, cluster, password);
  await withMasterUser(world, cluster, password, (client) => createSchema(client, content.dimensions));
  const { rdsSchedules: schedules } = content;
  const scheduled = schedules ? makeSchedules(world, schedules, cluster.identifier) : [];
  for (const [logicalId, physicalId, type] of [...resourcesOf(world, names, secret.arn), ...scheduled]) {
    noteResource(stack, { logicalId, physicalId, type, status: "CREATE_COMPLETE" });
  }
  const outputs = { ...fixedOutputs(world, names), ...databaseOutputs(cluster, secret.arn) };
  setOutputs(stack, outputsOf(content.release, outputs, names));
  setStackStatus(stack, "CREATE_COMPLETE");
  const { dimensions, dynamoDbPort } = content;
  return { world, stack, names, dimensions, dynamoDbPort, secret, cluster, password };
}

function makeSubnetGroup(world: World, names: StackNames): void {
  const name = names.subnetGroup;
  world.rds.subnetGroups.set(name, {
    name,
    arn: arnOf(world, "rds", `subgrp:${name}`),
    description: "Subnets for VectorStoreCluster database",
    vpcId: names.vpcId,
    subnetIds: names.privateSubnetIds,
    tags: [],
  });
}

function resourcesOf(
  world: World,
  names: StackNames,
  secretArn: string,
): [logicalId: string, physicalId: string, type: string][] {
  const { logical } = names;
  return [
    [logical.vpc, names.vpcId, "AWS::EC2::VPC"],
    ...names.publicSubnetIds.map((id, index) => subnetOf("Public", id, index)),
    ...names.privateSubnetIds.map((id, index) => subnetOf("Private", id, index)),
    [logical.bucket, names.bucketName, "AWS::S3::Bucket"],
    [logical.table, names.tableName, "AWS::DynamoDB::Table"],
    [logical.taskSecurityGroup, names.taskSecurityGroupId, "AWS::EC2::SecurityGroup"],
    [logical.databaseSecurityGroup, names.databaseSecurityGroupIds.v0, "AWS::EC2::SecurityGroup"],
    [logical.subnetGroup, names.subnetGroup, "AWS::RDS::DBSubnetGroup"],
    [logical.secret, secretArn, "AWS::SecretsManager::Secret"],
    [logical.cluster, names.clusterIds.v0, "AWS::RDS::DBCluster"],
    [logical.writer, names.instanceIds.v0, "AWS::RDS::DBInstance"],
    [logical.secretAttachment, secretArn, "AWS::SecretsManager::SecretTargetAttachment"],
    [logical.embeddingCluster, names.embeddingCluster, "AWS::ECS::Cluster"],
    [embeddingTaskId(names), embeddingTaskArn(world, names), "AWS::ECS::TaskDefinition"],
    [logical.pipe, names.pipeName, "AWS::Pipes::Pipe"],
    [logical.customResource, names.stackUuid, "AWS::CloudFormation::CustomResource"],
  ];
}

/** As CDK's Vpc construct names its subnets. */
function subnetOf(kind: "Private" | "Public", id: string, index: number): [string, string, string] {
  return [`VPC${kind}Subnet${String(index + 1)}Subnet8BCA10E${String(index)}`, id, "AWS::EC2::Subnet"];
}
