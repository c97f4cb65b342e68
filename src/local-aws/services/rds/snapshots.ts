import { rm } from "node:fs/promises";
import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import { copyDataOf } from "../../postgres/data-directory.ts";
import type { World } from "../../world.ts";
import type { Begun } from "./begun.ts";
import { dataDirectoryOf } from "./cluster-server.ts";
import { seconds } from "./durations.ts";
import { identifier, newResourceId } from "./identifiers.ts";
import { availableCluster } from "./look-up.ts";
import type { DbCluster, DbClusterSnapshot, Tag } from "./state.ts";

/** Which snapshot to take. */
export interface SnapshotRequest {
  readonly clusterIdentifier: string;
  readonly snapshotIdentifier: string;
  readonly type: "manual" | "automated";
  readonly tags?: readonly Tag[];
}

/** `rds:<cluster>-YYYY-MM-DD-HH-MM`: how AWS names automated snapshots. */
export function automatedSnapshotName(clusterIdentifier: string, at: Date): string {
  const minute = at.toISOString().slice(0, 16).replaceAll(/[T:]/g, "-");
  return `rds:${clusterIdentifier}-${minute}`;
}

/**
 * Begins a snapshot of an available cluster. Throws what CreateDBClusterSnapshot answers when it refuses. A manual one shows in the
 * cluster's status as long as it lasts.
 */
export function beginSnapshot(world: World, request: SnapshotRequest): Begun<DbClusterSnapshot> {
  const cluster = availableCluster(world, request.clusterIdentifier);
  const snapshot = registerSnapshot(world, cluster, request);
  if (snapshot.type === "manual") cluster.status = "backing-up";
  return {
    resource: snapshot,
    finish: async () => {
      try {
        await copyInto(world, cluster, snapshot);
      } finally {
        if (cluster.status === "backing-up") cluster.status = "available";
      }
    },
  };
}

/** Notes a snapshot as being created. Throws DBClusterSnapshotAlreadyExistsFault. */
export function registerSnapshot(world: World, cluster: DbCluster, request: SnapshotRequest): DbClusterSnapshot {
  const { type, snapshotIdentifier } = request;
  const name =
    type === "manual" ? identifier("DBClusterSnapshotIdentifier", snapshotIdentifier, 255) : snapshotIdentifier;
  if (world.rds.snapshots.has(name)) {
    throw new AwsFault(
      "DBClusterSnapshotAlreadyExistsFault",
      `Cannot create the snapshot because one with the identifier ${name} already exists.`,
    );
  }
  const snapshot: DbClusterSnapshot = {
    identifier: name,
    arn: arnOf(world, "rds", `cluster-snapshot:${name}`),
    type,
    clusterIdentifier: cluster.identifier,
    clusterResourceId: cluster.resourceId,
    clusterCreatedAt: cluster.createdAt,
    engineVersion: cluster.engineVersion,
    masterUsername: cluster.masterUsername,
    databaseName: cluster.databaseName,
    port: cluster.port,
    vpcId: cluster.vpcId,
    storageEncrypted: cluster.storageEncrypted,
    kmsKeyId: cluster.kmsKeyId,
    createdAt: new Date(),
    tags: [...(cluster.copyTagsToSnapshot ? copiedTags(cluster) : []), ...(request.tags ?? [])],
    sharedWith: new Set(),
    status: "creating",
    percentProgress: 0,
    dataDirectory: dataDirectoryOf(world, newResourceId("cluster")),
  };
  world.rds.snapshots.set(name, snapshot);
  return snapshot;
}

/** AWS's own tags are not copied (Aurora user guide, USER_Tagging: tags that begin with `aws:` cannot be given). */
function copiedTags(cluster: DbCluster): DbCluster["tags"] {
  return cluster.tags.filter(({ Key }) => !Key.startsWith("aws:"));
}

/** Copies the cluster's data into a noted snapshot, whether or not its server runs, and lets the time pass that AWS takes. */
export async function copyInto(world: World, cluster: DbCluster, snapshot: DbClusterSnapshot): Promise<void> {
  try {
    await cluster.oneAtATime(() => copyDataOf(world.postgres, cluster.server, snapshot.dataDirectory));
    for (const percent of [25, 50, 75, 100]) {
      await world.clock.elapse(seconds.takeSnapshot / 4);
      snapshot.percentProgress = percent;
    }
    snapshot.status = "available";
  } catch (error) {
    snapshot.status = "failed";
    throw error;
  }
}

/** Removes a snapshot and its copy of the data. */
export async function removeSnapshot(world: World, snapshot: DbClusterSnapshot): Promise<void> {
  world.rds.snapshots.delete(snapshot.identifier);
  await rm(snapshot.dataDirectory, { recursive: true, force: true });
}
