import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RDS } from "@aws-sdk/client-rds";
import { Client } from "pg";
import { LocalClock } from "../../src/local-aws/clock.ts";
import { startHttpServer } from "../../src/local-aws/http-server.ts";
import { findPostgres } from "../../src/local-aws/postgres/installation.ts";
import { certificatesOf, stopAllServers } from "../../src/local-aws/services/rds/cluster-server.ts";
import { rdsService } from "../../src/local-aws/services/rds/service.ts";
import { type DbCluster, newRdsState } from "../../src/local-aws/services/rds/state.ts";
import type { Service } from "../../src/local-aws/service.ts";
import type { World } from "../../src/local-aws/world.ts";
import { clientSettings, smallWorld } from "./small-world.ts";

/** An hour of AWS is 3.6 seconds. */
const fastClock = 1 / 1000;

/** A clock that tells when AWS begins to let time go by: what shows then is what a client can see. */
class WatchedClock extends LocalClock {
  readonly watchers = new Set<() => void>();

  override elapse(awsSeconds: number): Promise<void> {
    for (const watch of this.watchers) watch();
    return super.elapse(awsSeconds);
  }
}

/**
 * A world with real PostgreSQL servers, a subnet group `private` and a security group `sg-db`, and an RDS client of it. Services beside
 * RDS are those of the test.
 */
export async function postgresWorld(scale = fastClock, others: readonly Service[] = []) {
  const directory = await mkdtemp(join(tmpdir(), "local-aws-"));
  await chmod(directory, 0o711); // PostgreSQL's own user goes through it
  const failures: unknown[] = [];
  const work = new Set<Promise<void>>();
  const small = smallWorld();
  const clock = new WatchedClock(scale);
  const world: World = {
    ...small,
    directory,
    rds: newRdsState(small),
    clock,
    postgres: await findPostgres(),
    background: (_what, begin) => {
      const done = begin().catch((error: unknown) => void failures.push(error));
      work.add(done);
      void done.then(() => work.delete(done));
    },
  };
  addNetwork(world);
  const server = await startHttpServer({ services: [rdsService(), ...others], worldOf: () => world });
  const settled = async () => {
    while (work.size > 0) await Promise.all(work);
  };
  return {
    world,
    watchers: clock.watchers,
    failures,
    endpoint: server.endpoint,
    rds: new RDS(clientSettings(server.endpoint)),
    /** Waits until all that AWS does after its answers is done. */
    settled,
    async [Symbol.asyncDispose]() {
      world.clock.stop();
      await settled();
      await stopAllServers(world);
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

function addNetwork(world: World): void {
  const group = { name: "private", vpcId: "vpc-0a", subnetIds: ["subnet-0a", "subnet-0b"] };
  const arn = `arn:aws:rds:${world.region}:${world.accountId}:subgrp:private`;
  world.rds.subnetGroups.set("private", { ...group, arn, description: "private", tags: [] });
  for (const [id, name, vpcId] of [
    ["sg-db", "database", "vpc-0a"],
    ["sg-default", "default", "vpc-0a"],
    ["sg-elsewhere", "elsewhere", "vpc-0b"],
  ] as const) {
    world.ec2.securityGroups.set(id, { id, name, vpcId, description: name, tags: [], ingress: [] });
  }
}

/** Runs a statement as a client would: over TCP with verified TLS, on a connection of its own. */
export async function queryCluster(
  world: World,
  cluster: Pick<DbCluster, "port">,
  { password, text }: { readonly password: string; readonly text: string },
): Promise<Record<string, unknown>[]> {
  const { caFile } = await certificatesOf(world);
  const client = new Client({
    host: "localhost",
    port: cluster.port,
    user: "postgres",
    password,
    database: "postgres",
    ssl: { ca: await readFile(caFile, "utf8") },
  });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
