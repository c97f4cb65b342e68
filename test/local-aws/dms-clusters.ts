import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseMigrationService } from "@aws-sdk/client-database-migration-service";
import { Client } from "pg";
import { LocalClock } from "../../src/local-aws/clock.ts";
import { startHttpServer } from "../../src/local-aws/http-server.ts";
import { findPostgres } from "../../src/local-aws/postgres/installation.ts";
import { dmsService } from "../../src/local-aws/services/dms/service.ts";
import type { DbCluster } from "../../src/local-aws/services/rds/state.ts";
import { createCluster, createInstance } from "../../src/local-aws/services/rds/to-completion.ts";
import { defaultVariants, type Variants } from "../../src/local-aws/variants.ts";
import type { World } from "../../src/local-aws/world.ts";
import { Worlds } from "../../src/local-aws/worlds.ts";
import { createProject, putRole, putSecret, putVpcRole } from "./dms-setting.ts";
import { clientSettings } from "./small-world.ts";

const password = "local-Password-1";

/** Two clusters in one network that allows everything, the source with logical replication, and a project that joins them. */
export async function startTwoClusters() {
  const directory = await mkdtemp(join(tmpdir(), "local-aws-dms-"));
  await chmod(directory, 0o711);
  const variants: Variants = { ...defaultVariants };
  const worlds = new Worlds({
    directory,
    clock: new LocalClock(0),
    variants,
    postgres: await findPostgres(),
    endpoint: () => "",
  });
  const world = worlds.of("111122223333", "us-east-1");
  putNetwork(world);
  putVpcRole(world);
  const [source, target] = await Promise.all([newCluster(world, "source"), newCluster(world, "target")]);
  for (const cluster of [source, target]) await relaunchFast(cluster);
  const http = await startHttpServer({ services: [dmsService()], worldOf: () => world });
  const dms = new DatabaseMigrationService(clientSettings(http.endpoint));
  const roleArn = putRole(world, "migration");
  const secretArn = putSecret(world, "master", { username: "postgres", password, port: "5432" });
  const parts = {
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-all"],
    roleArn,
    source: { port: source.port, secretArn },
    target: { port: target.port, secretArn },
  };
  const project = await createProject(dms, parts);
  return {
    world,
    worlds,
    /** Those in force: what a test sets here holds for what is called from then on. */
    variants,
    source,
    target,
    dms,
    project,
    roleArn,
    secretArn,
    async stop() {
      await http.close();
      await worlds.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Runs statements as the master user and gives the last one's rows. */
export async function sql<Row extends object>(cluster: DbCluster, ...statements: string[]): Promise<Row[]> {
  const client = new Client({
    host: "localhost",
    port: cluster.port,
    user: "postgres",
    password,
    database: "postgres",
    ssl: { rejectUnauthorized: false },
  });
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) rows = (await client.query<Row>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** PostgreSQL starts a failed or new subscription's worker once in 5 s only: too slow for tests that make one after the other. */
async function relaunchFast(cluster: DbCluster): Promise<void> {
  await cluster.server.asSuperuser("postgres", async (client) => {
    await client.query("ALTER SYSTEM SET wal_retrieve_retry_interval = '100ms'");
    await client.query("SELECT pg_reload_conf()");
  });
}

function putNetwork(world: World): void {
  world.ec2.vpcs.set("vpc-1", { id: "vpc-1", cidr: "10.0.0.0/16" });
  for (const zone of ["a", "b"]) {
    const id = `subnet-${zone}`;
    const cidr = `10.0.${String(zone.charCodeAt(0))}.0/24`;
    world.ec2.subnets.set(id, { id, vpcId: "vpc-1", availabilityZone: `us-east-1${zone}`, cidr });
  }
  world.ec2.securityGroups.set("sg-all", {
    id: "sg-all",
    name: "all",
    description: "all",
    vpcId: "vpc-1",
    tags: [],
    ingress: [
      {
        id: "sgr-all",
        protocol: "tcp",
        fromPort: 0,
        toPort: 65535,
        sourceGroupId: undefined,
        cidr: "10.0.0.0/16",
        description: undefined,
        tags: [],
      },
    ],
  });
  const arn = "arn:aws:rds:us-east-1:111122223333:subgrp:private";
  const subnetIds = ["subnet-a", "subnet-b"];
  world.rds.subnetGroups.set("private", {
    name: "private",
    arn,
    description: "private",
    vpcId: "vpc-1",
    subnetIds,
    tags: [],
  });
}

async function newCluster(world: World, name: "source" | "target"): Promise<DbCluster> {
  const arn = `arn:aws:rds:us-east-1:111122223333:cluster-pg:${name}`;
  const family = "aurora-postgresql15";
  const apply = { applyMethod: "pending-reboot" as const };
  const values = new Map([
    ["log_statement", { value: "all", ...apply }],
    ["rds.logical_replication", { value: name === "source" ? "1" : "0", ...apply }],
  ]);
  world.rds.parameterGroups.set(name, { name, arn, family, description: name, tags: [], values });
  const cluster = await createCluster(world, {
    DBClusterIdentifier: name,
    Engine: "aurora-postgresql",
    EngineVersion: "15.3",
    MasterUsername: "postgres",
    MasterUserPassword: password,
    DBSubnetGroupName: "private",
    VpcSecurityGroupIds: ["sg-all"],
    DBClusterParameterGroupName: name,
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 1 },
  });
  await createInstance(world, {
    DBInstanceIdentifier: name,
    DBInstanceClass: "db.serverless",
    Engine: "aurora-postgresql",
    DBClusterIdentifier: name,
  });
  return cluster;
}
