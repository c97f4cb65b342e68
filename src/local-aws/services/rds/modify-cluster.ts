import { changePassword } from "../../postgres/privileges.ts";
import type { InputOf } from "../../service.ts";
import type { World } from "../../world.ts";
import type { Begun } from "./begun.ts";
import * as placement from "./cluster-placement.ts";
import { stopServer, withServer } from "./cluster-server.ts";
import { seconds } from "./durations.ts";
import { clusterState, invalidValue } from "./faults.ts";
import { bringUp } from "./instances.ts";
import { availableCluster, clusterNamed } from "./look-up.ts";
import type { RdsSdk } from "./sdk.ts";
import type { DbCluster } from "./state.ts";

export type ModifyClusterInput = InputOf<RdsSdk, "ModifyDBCluster">;

/** Begins a change of an available cluster. Throws what ModifyDBCluster answers when it refuses; all or nothing is changed. */
export function beginModifyCluster(world: World, input: ModifyClusterInput): Begun<DbCluster> {
  const cluster = availableCluster(world, input.DBClusterIdentifier);
  const { VpcSecurityGroupIds: groups, MasterUserPassword: password, BackupRetentionPeriod: days } = input;
  if (days !== undefined && (days < 1 || days > 35))
    throw invalidValue(`Invalid backup retention period: ${days}. Must be between 1 and 35.`);
  const securityGroupIds = groups
    ? placement.securityGroupsFor(world, cluster.vpcId, groups)
    : cluster.securityGroupIds;
  const serverlessV2 = placement.capacityFor(input.ServerlessV2ScalingConfiguration) ?? cluster.serverlessV2;
  const parameterGroup = placement.parameterGroupFor(
    world,
    input.DBClusterParameterGroupName ?? cluster.parameterGroup,
    cluster.engineVersion,
  );
  if (password !== undefined) placement.checkMasterPassword(password);

  if (parameterGroup !== cluster.parameterGroup) {
    for (const instance of cluster.instances) instance.parameterGroupStatus = "pending-reboot";
  }
  Object.assign(cluster, {
    securityGroupIds,
    serverlessV2,
    parameterGroup,
    deletionProtection: input.DeletionProtection ?? cluster.deletionProtection,
    copyTagsToSnapshot: input.CopyTagsToSnapshot ?? cluster.copyTagsToSnapshot,
    backupRetentionPeriod: days ?? cluster.backupRetentionPeriod,
    passwordPending: password !== undefined || cluster.passwordPending,
  } satisfies Partial<DbCluster>);
  return { resource: cluster, finish: () => resetPassword(world, cluster, password) };
}

/**
 * "Applied immediately" (API reference, MasterUserPassword), which is to say: the cluster stays `available` for a moment, shows
 * `resetting-master-credentials`, and somewhere in there the new password starts to work.
 */
async function resetPassword(world: World, cluster: DbCluster, password: string | undefined): Promise<void> {
  if (password === undefined) return;
  await world.clock.elapse(seconds.passwordUnnoticed);
  if (cluster.status === "available") cluster.status = "resetting-master-credentials";
  await world.clock.elapse(seconds.resetPassword);
  await withServer(cluster, () => changePassword(cluster.server, cluster.masterUsername, password));
  cluster.passwordPending = false;
  if (cluster.status === "resetting-master-credentials") cluster.status = "available";
}

/** Begins to stop a cluster and all its instances. Throws what StopDBCluster answers when it refuses. */
export function beginStopCluster(world: World, nameOrArn: string | undefined): Begun<DbCluster> {
  const cluster = availableCluster(world, nameOrArn);
  if (cluster.instances.length === 0 || cluster.instances.some(({ status }) => status !== "available")) {
    throw clusterState(`DbCluster ${cluster.identifier} must have instances, all of them available, to be stopped.`);
  }
  setStatus(cluster, "stopping");
  return {
    resource: cluster,
    finish: async () => {
      await stopServer(cluster);
      await world.clock.elapse(seconds.stopCluster);
      setStatus(cluster, "stopped");
    },
  };
}

/** Begins to start a stopped cluster. Throws what StartDBCluster answers when it refuses. */
export function beginStartCluster(world: World, nameOrArn: string | undefined): Begun<DbCluster> {
  const cluster = clusterNamed(world, nameOrArn);
  if (cluster.status !== "stopped") {
    throw clusterState(
      `DbCluster ${cluster.identifier} is in ${cluster.status} state but expected in one of stopped,inaccessible-encryption-credentials-recoverable.`,
    );
  }
  setStatus(cluster, "starting");
  return {
    resource: cluster,
    finish: async () => {
      await world.clock.elapse(seconds.startCluster);
      for (const instance of cluster.instances) await bringUp(world, instance, 0);
      cluster.status = "available";
    },
  };
}

function setStatus(cluster: DbCluster, status: string): void {
  cluster.status = status;
  for (const instance of cluster.instances) instance.status = status;
}
