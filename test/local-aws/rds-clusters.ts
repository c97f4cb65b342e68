import type { CreateDBClusterMessage } from "@aws-sdk/client-rds";
import type { Service } from "../../src/local-aws/service.ts";
import { postgresWorld, queryCluster } from "./postgres-world.ts";

/** The master password of every cluster that is made here. */
export const firstPassword = "first-Password-1";

/** A world of real clusters, and short words for what the tests do with them. */
export async function clustersOfWorld(others: readonly Service[] = []) {
  const setting = await postgresWorld(undefined, others);
  const { world, rds, settled } = setting;
  async function makeCluster(identifier: string, more: Partial<CreateDBClusterMessage> = {}): Promise<void> {
    await rds.createDBCluster({ ...clusterRequest(identifier), ...more });
    await settled();
    await makeInstance(identifier);
  }

  async function makeInstance(cluster: string): Promise<void> {
    await rds.createDBInstance({
      DBInstanceIdentifier: `${cluster}-1`,
      DBClusterIdentifier: cluster,
      DBInstanceClass: "db.serverless",
      Engine: "aurora-postgresql",
    });
    await settled();
  }

  async function removeCluster(identifier: string): Promise<void> {
    for (const { identifier: instance } of world.rds.clusters.get(identifier)?.instances ?? []) {
      await rds.deleteDBInstance({ DBInstanceIdentifier: instance, SkipFinalSnapshot: true });
    }
    await rds.deleteDBCluster({ DBClusterIdentifier: identifier, SkipFinalSnapshot: true });
    await settled();
  }

  async function clusterOf(identifier: string) {
    const { DBClusters } = await rds.describeDBClusters({ DBClusterIdentifier: identifier });
    return { ...DBClusters?.[0], port: DBClusters?.[0]?.Port ?? 0 };
  }

  async function query(identifier: string, text: string, password = firstPassword) {
    return queryCluster(world, await clusterOf(identifier), { password, text });
  }

  /** The statuses that `look` gives from the call on, until all that follows from it is done: one for each time that AWS takes. */
  async function statusesOf(look: () => string | undefined, call: () => Promise<unknown>): Promise<string[]> {
    const seen: (string | undefined)[] = [];
    const watch = () => void seen.push(look());
    setting.watchers.add(watch);
    await call();
    await settled();
    setting.watchers.delete(watch);
    watch();
    return seen.filter((status, at): status is string => status !== undefined && status !== seen[at - 1]);
  }

  const clusterStatus = (identifier: string) => () => world.rds.clusters.get(identifier)?.status;
  return { ...setting, makeCluster, makeInstance, removeCluster, clusterOf, query, statusesOf, clusterStatus };
}

/** A request for an empty cluster that lacks nothing. */
export function clusterRequest(identifier: string): CreateDBClusterMessage {
  return {
    DBClusterIdentifier: identifier,
    Engine: "aurora-postgresql",
    EngineVersion: "15.3",
    MasterUsername: "postgres",
    MasterUserPassword: firstPassword,
    DBSubnetGroupName: "private",
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 5 },
  };
}
