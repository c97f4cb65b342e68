import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "./dms-clusters.ts";
import { count, emptyItems, eventually, indexesOf, loadsBetweenClusters } from "./dms-loads.ts";
import { untilStatus } from "./dms-setting.ts";

const at = await loadsBetweenClusters();
const { dms, source, target, ready, start, stopped } = at;

afterAll(() => at.stop());

beforeEach(() => at.reset());

describe.each(["full-load", "full-load-and-cdc"] as const)("%s", (type) => {
  test("drop-tables-on-target makes the selected tables anew, with their indexes before their rows", async () => {
    await sql(
      target,
      "CREATE TABLE items (id char(26) PRIMARY KEY, embedding vector(3), extra int)",
      "INSERT INTO items VALUES ('x')",
      "CREATE TABLE other (id int PRIMARY KEY)",
      "INSERT INTO other VALUES (7)",
    );
    expect((await start(await ready("drop-tables-on-target", type))).LastFailureMessage).toBeUndefined();
    expect(await count(target)).toBe(100);
    expect(await indexesOf(target)).toEqual(["by_vector", "items_pkey"]);
    expect(await sql(target, "SELECT FROM pg_attribute WHERE attname = 'extra'")).toEqual([]);
    expect(await sql(target, "SELECT id FROM other")).toEqual([{ id: 7 }]);
    const [order] = await sql<{ first: boolean }>(
      target,
      `SELECT (SELECT xmin::text::bigint FROM pg_class WHERE relname = 'by_vector') < min(xmin::text::bigint) AS first
         FROM items`,
    );
    expect(order).toEqual({ first: true });
  });

  test("truncate keeps the tables as they are, and none of their rows", async () => {
    await sql(target, emptyItems, "INSERT INTO items VALUES ('x')", "CREATE INDEX own ON items ((1))");
    expect((await start(await ready("truncate", type))).LastFailureMessage).toBeUndefined();
    expect(await count(target)).toBe(100);
    expect(await indexesOf(target)).toEqual(["items_pkey", "own"]);
  });

  test("do-nothing keeps tables and rows", async () => {
    await sql(target, emptyItems, "INSERT INTO items VALUES ('x')", "CREATE INDEX own ON items ((1))");
    expect((await start(await ready("do-nothing", type))).LastFailureMessage).toBeUndefined();
    expect(await count(target)).toBe(101);
    expect(await indexesOf(target)).toEqual(["items_pkey", "own"]);
  });

  test.each(["do-nothing", "drop-tables-on-target"] as const)(
    "reload-target wipes what is there, even with %s",
    async (mode) => {
      const arn = await ready(mode, type);
      await start(arn);
      if (type === "full-load-and-cdc") await stopped(arn);
      await sql(target, "INSERT INTO items VALUES ('foreign')", "DROP INDEX by_vector");
      const reloaded = await start(arn, "reload-target");
      expect(reloaded.LastFailureMessage).toBeUndefined();
      expect(reloaded.DataMigrationStatistics).toMatchObject({ TablesLoaded: 1, FullLoadPercentage: 100 });
      expect(await count(target)).toBe(100);
      expect(await indexesOf(target)).toEqual(mode === "do-nothing" ? ["items_pkey"] : ["by_vector", "items_pkey"]);
    },
  );

  test("one that has failed can be reloaded", { timeout: 60_000 }, async () => {
    await sql(target, emptyItems, "INSERT INTO items VALUES ('1')");
    const arn = await ready("do-nothing", type);
    const failed = await start(arn);
    expect(failed).toMatchObject({ DataMigrationStatus: "failed" });
    expect(failed.LastFailureMessage).toMatch(/duplicate key value violates unique constraint/);
    const statistics = { TablesLoaded: 0, TablesLoading: 0, TablesErrored: 1, FullLoadPercentage: 0 };
    expect(failed.DataMigrationStatistics).toMatchObject(statistics);
    const reloaded = await start(arn, "reload-target");
    expect(reloaded.LastFailureMessage).toBeUndefined();
    expect(reloaded.DataMigrationStatistics).toMatchObject({ TablesLoaded: 1, TablesErrored: 0 });
    expect(await count(target)).toBe(100);
  });
});

test("full-load-and-cdc resumes where it was stopped, and only from there", async () => {
  const arn = await ready("do-nothing");
  await start(arn);
  await stopped(arn);
  await sql(source, "INSERT INTO items VALUES ('late', '[0,0,0]')");
  await dms.startDataMigration({ DataMigrationIdentifier: arn, StartType: "resume-processing" });
  await eventually(() => count(target), 101);
  const resumed = at.world.dms.dataMigrations.get(arn)?.DataMigrationStatistics;
  expect(resumed, "its time runs again").toMatchObject({ TablesLoaded: 1, StopTime: undefined });
  await stopped(arn);
  await sql(target, `DROP SUBSCRIPTION migration_subscriber_${arn.split(":").at(-1)?.toLowerCase() ?? ""}`);
  const gone = await start(arn, "resume-processing");
  expect(gone.LastFailureMessage).toMatch(/The subscription migration_subscriber_\w+ is gone from the target/);
  expect(at.worlds.failures).toEqual([]);
});

test("full-load dumps and restores, and ends stopped", async () => {
  const ended = await start(await ready("do-nothing", "full-load"));
  expect(ended).toMatchObject({ DataMigrationStatus: "stopped", StopReason: "Full load is complete." });
  expect(ended.DataMigrationStatistics).toMatchObject({
    TablesQueued: 0,
    TablesLoading: 0,
    TablesLoaded: 1,
    TablesErrored: 0,
    FullLoadPercentage: 100,
  });
  expect(await count(target)).toBe(100);
  expect(await sql(target, "SELECT FROM pg_subscription")).toEqual([]);
  expect(await sql(source, "SELECT FROM pg_publication")).toEqual([]);
});

test("full-load loads again when it is resumed, as its mode says", async () => {
  const arn = await ready("truncate", "full-load");
  await start(arn);
  await sql(target, "INSERT INTO items VALUES ('foreign')");
  expect((await start(arn, "resume-processing")).LastFailureMessage).toBeUndefined();
  expect(await count(target)).toBe(100);
});

test.each([1, 4])("full-load with %i jobs tells how many tables are loaded, and which went wrong", async (jobs) => {
  await sql(
    source,
    "CREATE TABLE more (id int PRIMARY KEY)",
    "INSERT INTO more VALUES (1)",
    "INSERT INTO other VALUES (1)",
  );
  await sql(target, emptyItems, "CREATE TABLE more (id int PRIMARY KEY)", "CREATE TABLE other (id int PRIMARY KEY)");
  await sql(target, "INSERT INTO more VALUES (1)");
  const arn = await ready("do-nothing", "full-load", { tables: "%", jobs });
  const figures = async () => {
    const { DataMigrations } = await dms.describeDataMigrations({});
    const { TablesQueued, TablesLoading, TablesLoaded, TablesErrored, FullLoadPercentage } =
      DataMigrations?.[0]?.DataMigrationStatistics ?? {};
    return [TablesQueued, TablesLoading, TablesLoaded, TablesErrored, FullLoadPercentage];
  };
  await target.server.asSuperuser("postgres", async (client) => {
    await client.query("BEGIN; LOCK TABLE other");
    await dms.startDataMigration({ DataMigrationIdentifier: arn, StartType: "start-replication" });
    await eventually(figures, [0, 1, 1, 1, 33]);
    await client.query("COMMIT");
  });
  const failed = await untilStatus(dms, arn, ["failed"]);
  expect(failed.LastFailureMessage).toMatch(/COPY failed for table "more": ERROR: {2}duplicate key/);
  expect(await figures()).toEqual([0, 0, 2, 1, 66]);
});

test("a full load that is stopped while it loads leaves no rows", async () => {
  await sql(target, emptyItems);
  const arn = await ready("do-nothing", "full-load");
  await target.server.asSuperuser("postgres", async (client) => {
    await client.query("BEGIN; LOCK TABLE items");
    await dms.startDataMigration({ DataMigrationIdentifier: arn, StartType: "start-replication" });
    await untilStatus(dms, arn, ["load-running"]);
    await stopped(arn);
    await client.query("COMMIT");
  });
  expect(await count(target)).toBe(0);
  expect((await start(arn, "resume-processing")).LastFailureMessage).toBeUndefined();
  expect(await count(target)).toBe(100);
});
