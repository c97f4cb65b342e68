import { deleteClusterWithFinalSnapshot, setMasterPassword } from "../services/rds/to-completion.ts";
import { makeDatabase, withMasterUser } from "./database.ts";
import { attachSecret, newPassword } from "./database-secret.ts";
import type { Deployment } from "./deployment.ts";
import { embeddingTaskArn, embeddingTaskId, registerEmbeddingTask } from "./embedding.ts";
import { databaseOutputs, fixedOutputs } from "./outputs.ts";
import { versionOfDeploy } from "./release.ts";
import { createSchema } from "./schema.ts";
import { noteResource, setOutputs, setStackStatus, type ResourceNews } from "./stack-record.ts";

const replacing = "Requested update requires the creation of a new physical resource; hence creating one.";

/**
 * `npx cdk deploy` of v1 over v0, in CloudFormation's order: the new, encrypted cluster with its empty schema, the secret rewritten
 * under its same ARN and then rotated, the outputs switched, and only then, cleaning up, the old cluster's final snapshot and its
 * end. Takes AWS's time on the world's clock.
 */
export async function deployV1(before: Deployment): Promise<Deployment> {
  const { world, stack, names, secret } = before;
  setStackStatus(stack, "UPDATE_IN_PROGRESS", "User Initiated");
  for (const resource of replaced(before)) note(before, resource, "v0", "UPDATE_IN_PROGRESS", replacing);
  for (const resource of replaced(before))
    note(before, resource, "v1", "UPDATE_IN_PROGRESS", "Resource creation Initiated");
  const cluster = await makeDatabase(world, names, {
    version: "v1",
    password: before.password,
    engineVersion: versionOfDeploy(world.rds.engineVersions),
  });
  for (const resource of replaced(before)) note(before, resource, "v1", "UPDATE_COMPLETE");
  registerEmbeddingTask(world, names, secret.arn);
  noteResource(stack, {
    logicalId: embeddingTaskId(names),
    physicalId: embeddingTaskArn(world, names),
    type: "AWS::ECS::TaskDefinition",
    status: "UPDATE_COMPLETE",
  });
  attachSecret(secret, cluster, before.password);
  await withMasterUser(world, cluster, before.password, (client) => createSchema(client, before.dimensions));
  setOutputs(stack, { ...fixedOutputs(world, names), ...databaseOutputs(cluster, secret.arn) });
  const password = newPassword();
  await setMasterPassword(world, cluster, password);
  attachSecret(secret, cluster, password);
  secret.rotationEnabled = true;
  setStackStatus(stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
  await removeOld(before);
  setStackStatus(stack, "UPDATE_COMPLETE");
  return { ...before, cluster, password };
}

/** Instance first, then the cluster with its final snapshot, then the group that nothing uses any more. */
async function removeOld(before: Deployment): Promise<void> {
  const { world, names } = before;
  const resources = replaced(before).toReversed();
  for (const resource of resources) note(before, resource, "v0", "DELETE_IN_PROGRESS");
  await deleteClusterWithFinalSnapshot(world, before.cluster.identifier, names.finalSnapshotId);
  world.ec2.securityGroups.delete(names.databaseSecurityGroupIds.v0);
  for (const resource of resources) note(before, resource, "v0", "DELETE_COMPLETE");
}

interface Replaced {
  readonly logicalId: string;
  readonly physicalIds: { readonly v0: string; readonly v1: string };
  readonly type: string;
}

function replaced({ names }: Deployment): Replaced[] {
  const { logical } = names;
  return [
    {
      logicalId: logical.databaseSecurityGroup,
      physicalIds: names.databaseSecurityGroupIds,
      type: "AWS::EC2::SecurityGroup",
    },
    { logicalId: logical.cluster, physicalIds: names.clusterIds, type: "AWS::RDS::DBCluster" },
    { logicalId: logical.writer, physicalIds: names.instanceIds, type: "AWS::RDS::DBInstance" },
  ];
}

function note(
  { stack }: Deployment,
  { logicalId, physicalIds, type }: Replaced,
  version: "v0" | "v1",
  ...[status, reason]: [status: ResourceNews["status"], reason?: string]
): void {
  const physicalId = physicalIds[version];
  noteResource(stack, { logicalId, physicalId, type, status, ...(reason === undefined ? {} : { reason }) });
}
