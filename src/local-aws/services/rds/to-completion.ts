import type { World } from "../../world.ts";
import type { Begun } from "./begun.ts";
import { beginCreateCluster, type CreateClusterInput } from "./create-cluster.ts";
import { beginDeleteCluster } from "./delete-cluster.ts";
import { beginCreateInstance, beginDeleteInstance, type CreateInstanceInput } from "./instances.ts";
import { beginModifyCluster } from "./modify-cluster.ts";
import { beginSnapshot, type SnapshotRequest } from "./snapshots.ts";
import type { DbCluster, DbClusterSnapshot, DbInstance } from "./state.ts";

/** CreateDBCluster, waited for: the cluster is `available`, its server still waits for an instance. */
export async function createCluster(world: World, input: CreateClusterInput): Promise<DbCluster> {
  return completed(await beginCreateCluster(world, input));
}

/** CreateDBInstance, waited for: the cluster's server accepts logins. */
export function createInstance(world: World, input: CreateInstanceInput): Promise<DbInstance> {
  return completed(beginCreateInstance(world, input));
}

/** A snapshot, manual or (what no API call makes) automated, waited for. */
export function takeSnapshot(world: World, request: SnapshotRequest): Promise<DbClusterSnapshot> {
  return completed(beginSnapshot(world, request));
}

/** ModifyDBCluster with a new master password, waited for: logins with it work, with the old one no more. */
export async function setMasterPassword(
  world: World,
  cluster: Pick<DbCluster, "identifier">,
  password: string,
): Promise<void> {
  await completed(beginModifyCluster(world, { DBClusterIdentifier: cluster.identifier, MasterUserPassword: password }));
}

/** What CloudFormation does to a cluster that it replaces: its instances go, then it goes itself and leaves a final snapshot. */
export async function deleteClusterWithFinalSnapshot(
  world: World,
  clusterIdentifier: string,
  finalSnapshotIdentifier: string,
): Promise<DbClusterSnapshot | undefined> {
  const instances = world.rds.clusters.get(clusterIdentifier)?.instances ?? [];
  await Promise.all(instances.map(({ identifier }) => completed(beginDeleteInstance(world, identifier))));
  await completed(
    beginDeleteCluster(world, {
      DBClusterIdentifier: clusterIdentifier,
      FinalDBSnapshotIdentifier: finalSnapshotIdentifier,
    }),
  );
  return world.rds.snapshots.get(finalSnapshotIdentifier.toLowerCase());
}

async function completed<T>({ resource, finish }: Begun<T>): Promise<T> {
  await finish();
  return resource;
}
