import { rm } from "node:fs/promises";
import type { InputOf } from "../../service.ts";
import type { World } from "../../world.ts";
import type { Begun } from "./begun.ts";
import { stopServer } from "./cluster-server.ts";
import { seconds } from "./durations.ts";
import { clusterState, invalidCombination } from "./faults.ts";
import { clusterNamed } from "./look-up.ts";
import type { RdsSdk } from "./sdk.ts";
import { copyInto, registerSnapshot, removeSnapshot } from "./snapshots.ts";
import type { DbCluster, DbClusterSnapshot } from "./state.ts";

export type DeleteClusterInput = InputOf<RdsSdk, "DeleteDBCluster">;

const deletable = new Set(["available", "stopped", "failed"]);

/**
 * Begins the end of a cluster. Throws what DeleteDBCluster answers when it refuses. The final snapshot is taken when the last instance
 * is gone; the automated snapshots go with the cluster unless the request keeps them.
 */
export function beginDeleteCluster(world: World, input: DeleteClusterInput): Begun<DbCluster> {
  const cluster = clusterNamed(world, input.DBClusterIdentifier);
  refuse(cluster, input);
  const name = input.FinalDBSnapshotIdentifier;
  const request = { clusterIdentifier: cluster.identifier, type: "manual" as const };
  const snapshot = name ? registerSnapshot(world, cluster, { ...request, snapshotIdentifier: name }) : undefined;
  cluster.status = "deleting";
  const keepsBackups = input.DeleteAutomatedBackups === false;
  return { resource: cluster, finish: () => remove(world, cluster, { snapshot, keepsBackups }) };
}

function refuse(cluster: DbCluster, input: DeleteClusterInput): void {
  const { SkipFinalSnapshot: skips = false, FinalDBSnapshotIdentifier: final } = input;
  if (cluster.deletionProtection) {
    throw invalidCombination("Cannot delete protected Cluster, please disable deletion protection and try again.");
  }
  if (skips && final) {
    throw invalidCombination("FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is specified.");
  }
  if (!skips && !final) {
    throw invalidCombination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
  }
  if (cluster.instances.some((instance) => instance.status !== "deleting")) {
    throw clusterState("Cluster cannot be deleted, it still contains DB instances in non-deleting state.");
  }
  if (!deletable.has(cluster.status)) {
    throw clusterState(`Cluster cannot be deleted, it is in the state ${cluster.status}.`);
  }
}

/** What stays when the cluster goes. */
interface Leaving {
  readonly snapshot: DbClusterSnapshot | undefined;
  readonly keepsBackups: boolean;
}

async function remove(world: World, cluster: DbCluster, leaving: Leaving): Promise<void> {
  const { snapshot, keepsBackups } = leaving;
  while (cluster.instances.length > 0) await world.clock.elapse(5);
  await stopServer(cluster);
  if (snapshot) await copyInto(world, cluster, snapshot);
  await world.clock.elapse(seconds.deleteCluster);
  if (keepsBackups) world.rds.retainedBackups.set(cluster.resourceId, cluster);
  else await removeAutomatedSnapshots(world, cluster);
  world.rds.clusters.delete(cluster.identifier);
  await rm(cluster.server.dataDirectory, { recursive: true, force: true });
}

async function removeAutomatedSnapshots(world: World, cluster: DbCluster): Promise<void> {
  const own = [...world.rds.snapshots.values()].filter(
    (snapshot) => snapshot.type === "automated" && snapshot.clusterResourceId === cluster.resourceId,
  );
  await Promise.all(own.map((snapshot) => removeSnapshot(world, snapshot)));
}
