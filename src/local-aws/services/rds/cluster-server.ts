import { join } from "node:path";
import { openCertificateAuthority, type CertificateAuthority } from "../../postgres/certificates.ts";
import { freePort } from "../../postgres/ports.ts";
import { createPostgresServer, type PostgresServer } from "../../postgres/server.ts";
import type { World } from "../../world.ts";
import { settingsOf } from "./parameters.ts";
import type { DbCluster } from "./state.ts";

/** The authority that signs the certificates of this world's servers; its `caFile` is what clients verify them with. */
export function certificatesOf(world: Pick<World, "directory">): Promise<CertificateAuthority> {
  return openCertificateAuthority(world.directory);
}

/** A server for a new cluster; its data directory is still to be made. */
export async function newServer(world: World, resourceId: string, port?: number): Promise<PostgresServer> {
  return createPostgresServer({
    installation: world.postgres,
    certificates: await certificatesOf(world),
    dataDirectory: dataDirectoryOf(world, resourceId),
    port: port ?? (await freePort()),
  });
}

/** Where the data of a cluster or snapshot is. Short, since a server's Unix socket is in it, and those paths have a limit. */
export function dataDirectoryOf(world: World, resourceId: string): string {
  return join(world.directory, "pg", resourceId.slice(-10).toLowerCase());
}

/** What the cluster's parameter group says now: what its server starts with. */
export function settingsOfCluster(world: World, cluster: DbCluster): Record<string, string> {
  const group = world.rds.parameterGroups.get(cluster.parameterGroup);
  return group ? settingsOf(group) : {};
}

/** Starts the cluster's server, for its clients to reach, unless it runs. By a start its instances have the group's values. */
export function startServer(world: World, cluster: DbCluster): Promise<void> {
  return cluster.oneAtATime(async () => {
    if (cluster.server.running) return;
    await cluster.server.start(settingsOfCluster(world, cluster));
    for (const instance of cluster.instances) instance.parameterGroupStatus = "in-sync";
  });
}

/** Stops the cluster's server: its clients are refused from here on. */
export function stopServer(cluster: DbCluster): Promise<void> {
  return cluster.oneAtATime(() => cluster.server.stop());
}

/**
 * Works on the server of a cluster. Where it does not run it is started for that time without an address, as on AWS an Aurora volume
 * is worked on that has no instance: no client can reach it.
 */
export function withServer<T>(cluster: DbCluster, work: () => Promise<T>): Promise<T> {
  return cluster.oneAtATime(async () => {
    if (cluster.server.running) return work();
    // "logical" is right for every volume: a server refuses to start below it where there are logical slots.
    await cluster.server.start({ listen_addresses: "", wal_level: "logical" });
    try {
      return await work();
    } finally {
      await cluster.server.stop();
    }
  });
}

/** Stops every server of a world, at the end of the local AWS. */
export async function stopAllServers(world: World): Promise<void> {
  await Promise.all([...world.rds.clusters.values()].map(stopServer));
}
