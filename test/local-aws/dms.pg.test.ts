import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MigrationTypeValue, TablePreparationMode } from "@aws-sdk/client-database-migration-service";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { DbCluster } from "../../src/local-aws/services/rds/state.ts";
import { sql, startTwoClusters } from "./dms-clusters.ts";
import { createReady, putRole, putSecret, rulesFor, untilStatus } from "./dms-setting.ts";

const at = await startTwoClusters();
const { dms, source, target, world } = at;
const ends = ["load-complete-replication-ongoing", "stopped", "failed"];
const everything = structuredClone(world.ec2.securityGroups.get("sg-all")?.ingress ?? []);

afterAll(() => at.stop());

beforeEach(async () => {
  for (const migration of world.dms.dataMigrations.values()) await removed(migration.DataMigrationArn ?? "");
  await clean(
    target,
    `DO $$ DECLARE s name; BEGIN FOR s IN SELECT subname FROM pg_subscription LOOP
    EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', s); EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', s);
    EXECUTE format('DROP SUBSCRIPTION %I', s); END LOOP; END $$`,
  );
  await clean(
    source,
    "SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE active",
    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
    `DO $$ DECLARE p name; BEGIN FOR p IN SELECT pubname FROM pg_publication LOOP
       EXECUTE format('DROP PUBLICATION %I', p); END LOOP; END $$`,
  );
  await sql(
    source,
    "CREATE TABLE items (id char(26) PRIMARY KEY, embedding vector(3))",
    "CREATE INDEX by_vector ON items USING ivfflat (embedding vector_l2_ops) WITH (lists = 1)",
    "CREATE TABLE other (id int PRIMARY KEY)",
    "INSERT INTO items SELECT n::text, '[1,2,3]' FROM generate_series(1, 100) n",
  );
});

async function clean(cluster: DbCluster, ...statements: string[]): Promise<void> {
  await cluster.server.asSuperuser("postgres", async (client) => {
    for (const statement of statements) await client.query(statement);
    await client.query("DROP TABLE IF EXISTS items, other");
  });
  await sql(cluster, "CREATE EXTENSION IF NOT EXISTS vector");
}

/** A data migration of `items`, ready to start. */
async function ready(mode?: TablePreparationMode, type: MigrationTypeValue = "full-load-and-cdc"): Promise<string> {
  return await createReady(dms, {
    DataMigrationName: "load",
    MigrationProjectIdentifier: at.project,
    DataMigrationType: type,
    ServiceAccessRoleArn: at.roleArn,
    SelectionRules: rulesFor("public", "items"),
    ...(mode !== undefined && { TargetDataSettings: [{ TablePreparationMode: mode }] }),
  });
}

async function start(DataMigrationIdentifier: string) {
  await dms.startDataMigration({ DataMigrationIdentifier, StartType: "start-replication" });
  return await untilStatus(dms, DataMigrationIdentifier, ends);
}

async function stopped(DataMigrationIdentifier: string): Promise<void> {
  await dms.stopDataMigration({ DataMigrationIdentifier });
  await untilStatus(dms, DataMigrationIdentifier, ["stopped"]);
}

async function removed(DataMigrationIdentifier: string): Promise<void> {
  const status = world.dms.dataMigrations.get(DataMigrationIdentifier)?.DataMigrationStatus;
  if (status !== "ready" && status !== "stopped" && status !== "failed") await stopped(DataMigrationIdentifier);
  await dms.deleteDataMigration({ DataMigrationIdentifier });
  await expect(untilStatus(dms, DataMigrationIdentifier, ["none"])).rejects.toThrow(/is gone/);
}

async function count(cluster: DbCluster, table = "items"): Promise<number> {
  const [row] = await sql<{ n: number }>(cluster, `SELECT count(*)::int AS n FROM ${table}`);
  return row?.n ?? -1;
}

async function eventually(look: () => Promise<unknown>, wanted: unknown): Promise<void> {
  await expect.poll(look, { timeout: 20_000, interval: 50 }).toEqual(wanted);
}

describe("full-load-and-cdc", () => {
  test("copies by native logical replication, streams on, and is left disabled when stopped", async () => {
    const arn = await ready("do-nothing");
    const loaded = await start(arn);
    expect(loaded).toMatchObject({ DataMigrationStatus: "load-complete-replication-ongoing" });
    expect(loaded.DataMigrationStatistics).toMatchObject({ TablesLoaded: 1, TablesQueued: 0, FullLoadPercentage: 100 });
    expect(await count(target)).toBe(100);
    await sql(source, "INSERT INTO items VALUES ('new', '[0,0,0]')");
    await eventually(() => count(target), 101);
    await expect(dms.deleteDataMigration({ DataMigrationIdentifier: arn })).rejects.toMatchObject({
      name: "InvalidResourceStateFault",
    });
    await stopped(arn);
    const suffix = arn.split(":").at(-1)?.toLowerCase() ?? "";
    expect(await sql(target, "SELECT subname, subenabled, subowner::regrole::text FROM pg_subscription")).toEqual([
      { subname: `migration_subscriber_${suffix}`, subenabled: false, subowner: "postgres" },
    ]);
    expect(await sql(source, "SELECT slot_name FROM pg_replication_slots")).toEqual([
      { slot_name: `migration_subscriber_${suffix}` },
    ]);
    expect(await sql(source, "SELECT pubname FROM pg_publication")).toEqual([{ pubname: `publication_${suffix}` }]);
  });

  test("makes missing tables with their indexes, of the selected ones only", async () => {
    await start(await ready("do-nothing"));
    const indexes = await sql<{ name: string }>(
      target,
      "SELECT indexname AS name FROM pg_indexes WHERE tablename = 'items'",
    );
    expect(indexes.map(({ name }) => name).toSorted()).toEqual(["by_vector", "items_pkey"]);
    expect(await sql(target, "SELECT FROM pg_tables WHERE tablename = 'other'")).toEqual([]);
  });

  test(
    "do-nothing leaves existing tables and rows alone, and fails on a duplicate key",
    { timeout: 60_000 },
    async () => {
      await sql(
        target,
        "CREATE TABLE items (id char(26) PRIMARY KEY, embedding vector(3))",
        "INSERT INTO items VALUES ('1', '[9,9,9]')",
      );
      const failed = await start(await ready("do-nothing"));
      expect(failed.DataMigrationStatus).toBe("failed");
      expect(failed.LastFailureMessage).toMatch(
        /initial data synchronization .* duplicate key value violates unique constraint/,
      );
      expect(failed.DataMigrationStatistics).toMatchObject({ TablesErrored: 1, TablesLoaded: 0 });
      expect(await sql(target, "SELECT embedding::text FROM items")).toEqual([{ embedding: "[9,9,9]" }]);
    },
  );

  test.each(["truncate", "drop-tables-on-target", undefined] as const)("%s replaces what is there", async (mode) => {
    await sql(
      target,
      "CREATE TABLE items (id char(26) PRIMARY KEY, embedding vector(3))",
      "INSERT INTO items VALUES ('x')",
    );
    expect((await start(await ready(mode))).LastFailureMessage).toBeUndefined();
    expect(await count(target)).toBe(100);
    const indexes = await sql(target, "SELECT FROM pg_indexes WHERE tablename = 'items'");
    expect(indexes).toHaveLength(mode === "truncate" ? 1 : 2);
  });

  test("resumes what was stopped, and reloads from scratch", async () => {
    const arn = await ready("do-nothing");
    await start(arn);
    await stopped(arn);
    await sql(source, "INSERT INTO items VALUES ('late', '[0,0,0]')");
    await dms.startDataMigration({ DataMigrationIdentifier: arn, StartType: "resume-processing" });
    await eventually(() => count(target), 101);
    const resumed = world.dms.dataMigrations.get(arn)?.DataMigrationStatistics;
    expect(resumed, "its time runs again").toMatchObject({ TablesLoaded: 1, StopTime: undefined });
    await stopped(arn);
    await sql(target, "INSERT INTO items VALUES ('foreign', '[0,0,0]')");
    await dms.startDataMigration({ DataMigrationIdentifier: arn, StartType: "reload-target" });
    await untilStatus(dms, arn, ends);
    expect(await count(target)).toBe(101);
  });

  test("no password is in a server's log, though both log all statements", async () => {
    await start(await ready("do-nothing"));
    for (const cluster of [source, target]) {
      const log = await readFile(join(cluster.server.dataDirectory, "server.log"), "utf8");
      expect(log).toContain("statement: ");
      expect(log).not.toContain("local-Password-1");
    }
  });

  test("the owner of the subscription can't be dropped before it", async () => {
    await sql(target, "CREATE ROLE loader LOGIN PASSWORD 'loader-Password-1' IN ROLE rds_superuser");
    await sql(target, "GRANT CREATE ON SCHEMA public TO loader");
    const secret = world.secrets.get(at.secretArn);
    const project = world.dms.migrationProjects.get(at.project)?.TargetDataProviderDescriptors?.[0];
    if (secret === undefined || project === undefined) throw new Error("not set up");
    const own = putSecret(world, "loader", { username: "loader", password: "loader-Password-1" });
    project.SecretsManagerSecretId = own;
    const arn = await ready("do-nothing");
    expect((await start(arn)).LastFailureMessage).toBeUndefined();
    project.SecretsManagerSecretId = at.secretArn;
    await stopped(arn);
    await expect(
      target.server.asSuperuser("postgres", (client) => client.query("DROP OWNED BY loader; DROP ROLE loader")),
    ).rejects.toThrow(/cannot be dropped because some objects depend on it/);
    await removed(arn);
  });
});

describe("full-load", () => {
  test("dumps and restores, and ends stopped", async () => {
    const ended = await start(await ready("do-nothing", "full-load"));
    expect(ended).toMatchObject({ DataMigrationStatus: "stopped", StopReason: "Full load is complete." });
    expect(ended.DataMigrationStatistics).toMatchObject({ TablesLoaded: 1, FullLoadPercentage: 100 });
    expect(await count(target)).toBe(100);
    expect(await sql(target, "SELECT FROM pg_subscription")).toEqual([]);
  });

  test("fails on a duplicate key", async () => {
    await sql(
      target,
      "CREATE TABLE items (id char(26) PRIMARY KEY, embedding vector(3))",
      "INSERT INTO items VALUES ('1')",
    );
    const failed = await start(await ready("do-nothing", "full-load"));
    expect(failed).toMatchObject({ DataMigrationStatus: "failed" });
    expect(failed.LastFailureMessage).toMatch(/duplicate key/);
  });
});

describe("what fails a migration at its start", () => {
  const fails = async (message: RegExp) => {
    const failed = await start(await ready("do-nothing"));
    expect(failed.DataMigrationStatus).toBe("failed");
    expect(failed.LastFailureMessage).toMatch(message);
  };
  const group = () => world.ec2.securityGroups.get("sg-all") ?? expect.unreachable();

  test("a wrong password", async () => {
    const secret = world.secrets.get(at.secretArn) ?? expect.unreachable();
    const { value } = secret;
    secret.value = value.replace("local-Password-1", "wrong");
    await fails(/Unable to connect to source\. password authentication failed for user "postgres"/);
    secret.value = '{"user":"postgres"}';
    await removed([...world.dms.dataMigrations.keys()][0] ?? "");
    await fails(/must be JSON with the members username and password/);
    secret.value = value;
  });

  test("a secret that the role may not read any more", async () => {
    putRole(world, "migration", {
      permissions: '{"Statement":[{"Effect":"Allow","Action":["ec2:*","cloudwatch:*"],"Resource":"*"}]}',
    });
    await fails(/not allowed to do secretsmanager:GetSecretValue/).catch((error: unknown) => {
      putRole(world, "migration");
      throw error;
    });
    putRole(world, "migration");
  });

  test("a security group that does not admit the instance profile, or the target", async () => {
    group().ingress = [];
    await fails(
      /Unable to connect to source\. Connection timed out: security group sg-all does not admit the instance profile/,
    );
    // Everything may come in from the instance profile's group, but not from the target's own.
    group().ingress = everything.map((rule) => ({ ...rule, cidr: undefined, sourceGroupId: "sg-profile" }));
    world.ec2.securityGroups.set("sg-profile", { ...group(), id: "sg-profile", ingress: [] });
    const profile = [...world.dms.instanceProfiles.values()][0] ?? expect.unreachable();
    profile.VpcSecurityGroups = ["sg-profile"];
    await removed([...world.dms.dataMigrations.keys()][0] ?? "");
    await fails(/Unable to connect to source\. Connection timed out: .* does not admit the target's sg-all on port/);
    profile.VpcSecurityGroups = ["sg-all"];
    group().ingress = [...everything];
  });

  test("a source without logical replication", async () => {
    await source.server.stop();
    await source.server.start({ wal_level: "replica" });
    await fails(/wal_level is replica, it must be logical\. Set rds\.logical_replication to 1/);
    await source.server.stop();
    await source.server.start({ wal_level: "logical", log_statement: "all" });
  });

  test("a table that the source does not have", async () => {
    const arn = await ready("do-nothing");
    await dms.modifyDataMigration({ DataMigrationIdentifier: arn, SelectionRules: rulesFor("public", "item_s%") });
    const failed = await start(arn);
    expect(failed.LastFailureMessage).toMatch(/No tables were found/);
  });

  test("a target older than the source", async () => {
    const newer = { ...source, engineVersion: "15.12" };
    world.rds.clusters.set("source", newer);
    await fails(/version of the source 15\.12 is higher than that of the target 15\.3/);
    world.rds.clusters.set("source", source);
  });
});

test("stopping while it starts leaves nothing behind", async () => {
  const slow = at.world.clock;
  const arn = await ready("do-nothing");
  await dms.startDataMigration({ DataMigrationIdentifier: arn, StartType: "start-replication" });
  await stopped(arn);
  expect(slow.scale).toBe(0);
  expect(await sql(source, "SELECT FROM pg_replication_slots WHERE active")).toEqual([]);
});
