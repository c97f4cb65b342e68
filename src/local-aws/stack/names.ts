import { randomOf, type Random } from "./random.ts";

/** The stack's name in upstream's documentation. */
export const stackName = "BedrockChatStack";

const lower = "abcdefghijklmnopqrstuvwxyz0123456789";
const hex = "0123456789abcdef";

/** The identifiers that CDK, CloudFormation and EC2 would have made up, determined by the seed. */
export interface StackNames {
  readonly stackUuid: string;
  readonly vpcId: string;
  readonly publicSubnetIds: readonly [string, string];
  readonly privateSubnetIds: readonly [string, string];
  readonly taskSecurityGroupId: string;
  readonly apiSecurityGroupId: string;
  /** The group that EC2 makes with the VPC. */
  readonly defaultSecurityGroupId: string;
  /** The database's security group in v0 and the one that v1 puts in its place. */
  readonly databaseSecurityGroupIds: { readonly v0: string; readonly v1: string };
  readonly clusterIds: { readonly v0: string; readonly v1: string };
  readonly instanceIds: { readonly v0: string; readonly v1: string };
  readonly finalSnapshotId: string;
  readonly subnetGroup: string;
  readonly secretName: string;
  readonly secretArnSuffix: string;
  readonly tableName: string;
  readonly bucketName: string;
  readonly embeddingCluster: string;
  readonly embeddingTaskFamily: string;
  readonly embeddingRoles: { readonly task: string; readonly execution: string };
  readonly embeddingLogGroup: string;
  /** CloudFormation names it. */
  readonly pipeName: string;
  readonly logical: LogicalIds;
}

/** Ids within the template: the same in v0 and v1, as CDK derives them from the construct's path. */
interface LogicalIds {
  readonly cluster: string;
  readonly writer: string;
  readonly subnetGroup: string;
  readonly databaseSecurityGroup: string;
  readonly secret: string;
  readonly secretAttachment: string;
  readonly customResource: string;
  readonly table: string;
  readonly vpc: string;
  readonly bucket: string;
  readonly taskSecurityGroup: string;
  readonly pipe: string;
  readonly embeddingCluster: string;
  /** What CDK appends to the keys of outputs. */
  readonly outputHash: string;
}

/** All names of the deployment. */
export function stackNames(seed: number): StackNames {
  const random = randomOf(seed, "names");
  const logical = logicalIds(seed, random);
  const prefix = stackName.toLowerCase();
  const physical = (logicalId: string) => `${prefix}-${logicalId.toLowerCase()}-${random.text(lower, 12)}`;
  const ec2Id = (kind: string) => `${kind}-0${random.text(hex, 16)}`;
  return {
    stackUuid: [8, 4, 4, 4, 12].map((length) => random.text(hex, length)).join("-"),
    vpcId: ec2Id("vpc"),
    publicSubnetIds: pair(() => ec2Id("subnet")),
    privateSubnetIds: pair(() => ec2Id("subnet")),
    taskSecurityGroupId: ec2Id("sg"),
    apiSecurityGroupId: ec2Id("sg"),
    databaseSecurityGroupIds: versions(() => ec2Id("sg")),
    clusterIds: versions(() => physical(logical.cluster)),
    instanceIds: versions(() => physical(logical.writer)),
    finalSnapshotId: `${prefix}-snapshot-${logical.cluster.toLowerCase()}-${random.text(lower, 12)}`,
    subnetGroup: physical(logical.subnetGroup),
    secretName: `${logical.secret}-${random.text(lower, 12)}`,
    secretArnSuffix: random.text(lower, 6),
    tableName: `${stackName}-${logical.table}-${random.text(lower, 12).toUpperCase()}`,
    bucketName: physical(logical.bucket),
    embeddingCluster: `${stackName}-EmbeddingCluster-${random.text(lower, 12)}`,
    embeddingTaskFamily: `${stackName}EmbeddingTaskDefinition${random.text(hex, 8).toUpperCase()}`,
    defaultSecurityGroupId: ec2Id("sg"),
    ...embeddingNames(seed),
    pipeName: `${logical.pipe}-${randomOf(seed, "pipe").text(lower, 12)}`,
    logical,
  };
}

/** From a stream of their own: what else is named from the seed stays as it is. */
function embeddingNames(seed: number): Pick<StackNames, "embeddingRoles" | "embeddingLogGroup"> {
  const random = randomOf(seed, "roles of the embedding tasks");
  const physical = (logicalId: string) =>
    `${stackName}-${logicalId}${random.text(hex, 8).toUpperCase()}-${random.text(lower, 12)}`;
  return {
    embeddingRoles: {
      task: physical("EmbeddingTaskDefinitionTaskRole"),
      execution: physical("EmbeddingTaskDefinitionExecutionRole"),
    },
    embeddingLogGroup: physical("EmbeddingTaskLogGroup"),
  };
}

function pair(make: () => string): [string, string] {
  return [make(), make()];
}

function versions(make: () => string): { v0: string; v1: string } {
  return { v0: make(), v1: make() };
}

function logicalIds(seed: number, random: Random): LogicalIds {
  const hashed = (path: string) => path + random.text(hex, 8).toUpperCase();
  return {
    cluster: hashed("VectorStoreCluster"),
    writer: hashed("VectorStoreClusterwriter"),
    subnetGroup: hashed("VectorStoreClusterSubnets"),
    databaseSecurityGroup: hashed("VectorStoreClusterSecurityGroup"),
    secret: hashed("VectorStoreClusterSecret"),
    secretAttachment: hashed("VectorStoreClusterSecretAttachment"),
    customResource: hashed("VectorStoreCustomResourceSetup"),
    table: hashed("DatabaseConversationTable"),
    vpc: hashed("VpcId"),
    bucket: hashed("DocumentBucket"),
    taskSecurityGroup: hashed("EmbeddingTaskSecurityGroup"),
    pipe: `EmbeddingPipe${randomOf(seed, "logical id of the pipe").text(hex, 8).toUpperCase()}`,
    embeddingCluster: `EmbeddingCluster${randomOf(seed, "logical id of the tasks' cluster").text(hex, 8).toUpperCase()}`,
    outputHash: random.text(hex, 8).toUpperCase(),
  };
}
