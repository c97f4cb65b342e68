import type { DbCluster } from "../services/rds/state.ts";
import type { World } from "../world.ts";
import type { StackNames } from "./names.ts";
import { zonesOf } from "./network.ts";

/** The outputs that name the database: the ones that a deploy to v1 switches. */
export function databaseOutputs(cluster: DbCluster, secretArn: string): Record<string, string> {
  return {
    DbConfigSecretArn: secretArn,
    DbConfigHostname: cluster.endpoint,
    DbConfigPort: String(cluster.port),
    DbSecurityGroupId: cluster.securityGroupIds[0] ?? "",
  };
}

/** All other outputs (those without a hash are as upstream names them explicitly). */
export function fixedOutputs(world: World, names: StackNames): Record<string, string> {
  const hash = names.logical.outputHash;
  const zones = zonesOf(world);
  return {
    [`DatabaseConversationTableName${hash}`]: names.tableName,
    ConversationTableName: names.tableName,
    [`EmbeddingClusterName${hash}`]: names.embeddingCluster,
    [`EmbeddingTaskDefinitionName${hash}`]: names.embeddingTaskFamily,
    [`EmbeddingTaskSecurityGroupId${hash}`]: names.taskSecurityGroupId,
    VpcId: names.vpcId,
    PrivateSubnetId0: names.privateSubnetIds[0],
    PrivateSubnetId1: names.privateSubnetIds[1],
    PublicSubnetId0: names.publicSubnetIds[0],
    PublicSubnetId1: names.publicSubnetIds[1],
    AvailabilityZone0: zones[0],
    AvailabilityZone1: zones[1],
    DocumentBucketName: names.bucketName,
  };
}
