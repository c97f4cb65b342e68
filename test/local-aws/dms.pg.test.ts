import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "./dms-clusters.ts";
import { count, emptyItems, eventually, indexesOf, loadsBetweenClusters } from "./dms-loads.ts";
import { putRole, rulesFor } from "./dms-setting.ts";

const at = await loadsBetweenClusters();
const { dms, source, target, world, ready, start, stopped, removed } = at;
const everything = structuredClone(world.ec2.securityGroups.get("sg-all")?.ingress ?? []);

afterAll(() => at.stop());

beforeEach(() => at.reset());

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
    expect(await indexesOf(target)).toEqual(["by_vector", "items_pkey"]);
    expect(await sql(target, "SELECT FROM pg_tables WHERE tablename = 'other'")).toEqual([]);
  });

  test(
    "do-nothing leaves existing tables and rows alone, and fails on a duplicate key",
    { timeout: 60_000 },
    async () => {
      await sql(target, emptyItems, "INSERT INTO items VALUES ('1', '[9,9,9]')");
      const failed = await start(await ready("do-nothing"));
      expect(failed.DataMigrationStatus).toBe("failed");
      expect(failed.LastFailureMessage).toMatch(
        /initial data synchronization .* duplicate key value violates unique constraint/,
      );
      expect(failed.DataMigrationStatistics).toMatchObject({ TablesErrored: 1, TablesLoaded: 0 });
      expect(await sql(target, "SELECT embedding::text FROM items")).toEqual([{ embedding: "[9,9,9]" }]);
    },
  );

  test("no password is in a server's log, though both log all statements", async () => {
    await start(await ready("do-nothing"));
    for (const cluster of [source, target]) {
      const log = await readFile(join(cluster.server.dataDirectory, "server.log"), "utf8");
      expect(log).toContain("statement: ");
      expect(log).not.toContain("local-Password-1");
    }
  });

  test("the owner of the subscription can't be dropped before it", async () => {
    await at.loginAsLoader();
    const arn = await ready("do-nothing");
    expect((await start(arn)).LastFailureMessage).toBeUndefined();
    await stopped(arn);
    await expect(
      target.server.asSuperuser("postgres", (client) => client.query("DROP OWNED BY loader; DROP ROLE loader")),
    ).rejects.toThrow(/cannot be dropped because some objects depend on it/);
    await removed(arn);
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
