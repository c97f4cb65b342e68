import type { World } from "../../world.ts";
import {
  clusterNotFound,
  clusterState,
  instanceNotFound,
  parameterGroupNotFound,
  snapshotNotFound,
  subnetGroupNotFound,
} from "./faults.ts";
import { named } from "./identifiers.ts";
import type { ClusterParameterGroup, DbCluster, DbClusterSnapshot, DbInstance, SubnetGroup } from "./state.ts";

/** The cluster of this identifier or ARN. Throws DBClusterNotFoundFault. */
export function clusterNamed(world: World, nameOrArn: string | undefined): DbCluster {
  const cluster = world.rds.clusters.get(named(world, "cluster", nameOrArn));
  if (!cluster) throw clusterNotFound(nameOrArn ?? "");
  return cluster;
}

/** The same, for what AWS does with available clusters only. Throws InvalidDBClusterStateFault for others. */
export function availableCluster(world: World, nameOrArn: string | undefined): DbCluster {
  const cluster = clusterNamed(world, nameOrArn);
  if (cluster.status !== "available") {
    throw clusterState(`The DB cluster ${cluster.identifier} is in the state ${cluster.status}; it must be available.`);
  }
  return cluster;
}

/** The instances of all clusters. */
export function allInstances(world: World): DbInstance[] {
  return [...world.rds.clusters.values()].flatMap((cluster) => cluster.instances);
}

/** The instance of this identifier or ARN, with its cluster. Throws DBInstanceNotFound. */
export function instanceNamed(
  world: World,
  nameOrArn: string | undefined,
): { readonly cluster: DbCluster; readonly instance: DbInstance } {
  const identifier = named(world, "db", nameOrArn);
  for (const cluster of world.rds.clusters.values()) {
    const instance = cluster.instances.find((candidate) => candidate.identifier === identifier);
    if (instance) return { cluster, instance };
  }
  throw instanceNotFound(nameOrArn ?? "");
}

/** The snapshot of this identifier or ARN. Throws DBClusterSnapshotNotFoundFault. */
export function snapshotNamed(world: World, nameOrArn: string | undefined): DbClusterSnapshot {
  const snapshot = world.rds.snapshots.get(named(world, "cluster-snapshot", nameOrArn));
  if (!snapshot) throw snapshotNotFound(nameOrArn ?? "");
  return snapshot;
}

/** What other accounts share with this one: each is named by its ARN here. */
export function sharedSnapshots(world: World): DbClusterSnapshot[] {
  const all = world.neighbours().flatMap((other) => [...other.rds.snapshots.values()]);
  return all.filter((snapshot) => snapshot.sharedWith.has(world.accountId));
}

/** The snapshot to restore: of this account by identifier or ARN, of another one by ARN. Throws DBClusterSnapshotNotFoundFault. */
export function snapshotToRestore(world: World, nameOrArn: string | undefined): DbClusterSnapshot {
  return sharedSnapshots(world).find((snapshot) => snapshot.arn === nameOrArn) ?? snapshotNamed(world, nameOrArn);
}

/** The cluster parameter group of this name or ARN. Throws DBParameterGroupNotFound, or the given code. */
export function parameterGroupNamed(
  world: World,
  nameOrArn: string | undefined,
  code?: "DBClusterParameterGroupNotFound",
): ClusterParameterGroup {
  const group = world.rds.parameterGroups.get(named(world, "cluster-pg", nameOrArn));
  if (!group) throw parameterGroupNotFound(nameOrArn ?? "", code);
  return group;
}

/** The subnet group of this name or ARN. Throws DBSubnetGroupNotFoundFault. */
export function subnetGroupNamed(world: World, nameOrArn: string | undefined): SubnetGroup {
  const group = world.rds.subnetGroups.get(named(world, "subgrp", nameOrArn));
  if (!group) throw subnetGroupNotFound(nameOrArn ?? "");
  return group;
}
