import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "./dms-clusters.ts";
import { count, emptyItems, indexesOf, loadsBetweenClusters } from "./dms-loads.ts";
import { untilStatus } from "./dms-setting.ts";

/** What each variant's default does is shown by the other tests of DMS, unless it is shown here. */
const at = await loadsBetweenClusters();
const { dms, source, target, variants, ready, start, stopped, removed } = at;
const types = ["full-load", "full-load-and-cdc"] as const;

afterAll(() => at.stop());

beforeEach(() => at.reset());

/** What the target's server has logged since its beginning. */
async function targetLog(): Promise<string> {
  return await readFile(join(target.server.dataDirectory, "server.log"), "utf8");
}

test.each([
  ["console", "Load complete, replication ongoing", "Stopped"],
  ["upper-snake", "LOAD_COMPLETE_REPLICATION_ONGOING", "STOPPED"],
] as const)("status-spelling %s", async (spelling, complete, stop) => {
  const DataMigrationIdentifier = await ready("do-nothing");
  variants["status-spelling"] = spelling;
  await dms.startDataMigration({ DataMigrationIdentifier, StartType: "start-replication" });
  await untilStatus(dms, DataMigrationIdentifier, [complete]);
  await dms.stopDataMigration({ DataMigrationIdentifier });
  await untilStatus(dms, DataMigrationIdentifier, [stop]);
});

test.each(["load-complete", "completed"] as const)(
  "full-load-end %s can be reloaded and deleted, not stopped",
  async (end) => {
    variants["full-load-end"] = end;
    const arn = await ready("truncate", "full-load");
    await dms.startDataMigration({ DataMigrationIdentifier: arn, StartType: "start-replication" });
    const ended = await untilStatus(dms, arn, [end, "failed", "stopped"]);
    expect(ended).toMatchObject({ DataMigrationStatus: end, DataMigrationStatistics: { FullLoadPercentage: 100 } });
    expect(ended.StopReason).toBeUndefined();
    await expect(dms.stopDataMigration({ DataMigrationIdentifier: arn })).rejects.toMatchObject({
      name: "InvalidResourceStateFault",
    });
    await dms.startDataMigration({ DataMigrationIdentifier: arn, StartType: "reload-target" });
    expect(await untilStatus(dms, arn, [end, "failed", "stopped"])).toMatchObject({ DataMigrationStatus: end });
    await removed(arn);
  },
);

describe.each(types)("restore-noise of %s", (type) => {
  const refusal = /must be owner of extension vector/;

  test("tolerated: pg_restore says it, and rows are loaded", async () => {
    await at.loginAsLoader();
    await sql(target, emptyItems);
    const before = (await targetLog()).length;
    expect((await start(await ready("do-nothing", type))).LastFailureMessage).toBeUndefined();
    expect((await targetLog()).slice(before)).toMatch(refusal);
    expect(await count(target)).toBe(100);
  });

  test("fatal: fails, with pg_restore's line", async () => {
    variants["restore-noise"] = "fatal";
    await at.loginAsLoader();
    await sql(target, emptyItems);
    const failed = await start(await ready("do-nothing", type));
    expect(failed).toMatchObject({ DataMigrationStatus: "failed" });
    expect(failed.LastFailureMessage).toMatch(
      /^Schema restore failed\. pg_restore: error: .*must be owner of extension/,
    );
    expect(await count(target)).toBe(0);
  });

  test("fatal: the extension's owner hears nothing, even with tables and indexes there", async () => {
    variants["restore-noise"] = "fatal";
    variants["secondary-indexes"] = "recreated";
    await sql(target, emptyItems, "CREATE INDEX by_vector ON items ((1))");
    expect((await start(await ready("do-nothing", type))).LastFailureMessage).toBeUndefined();
    expect(await count(target)).toBe(100);
  });
});

describe.each(types)("secondary-indexes recreated of %s", (type) => {
  test.each(["truncate", "do-nothing"] as const)("%s: the source's are there before the rows", async (mode) => {
    variants["secondary-indexes"] = "recreated";
    await sql(target, emptyItems, "CREATE INDEX own ON items ((1))");
    expect((await start(await ready(mode, type))).LastFailureMessage).toBeUndefined();
    expect(await indexesOf(target)).toEqual(["by_vector", "items_pkey", "own"]);
    const [order] = await sql<{ first: boolean }>(
      target,
      `SELECT (SELECT xmin::text::bigint FROM pg_class WHERE relname = 'by_vector') < min(xmin::text::bigint) AS first
         FROM items`,
    );
    expect(order).toEqual({ first: true });
  });
});

test("secondary-indexes recreated: who does not own the table makes none, and that is no failure", async () => {
  variants["secondary-indexes"] = "recreated";
  await at.loginAsLoader();
  await sql(target, emptyItems);
  const before = (await targetLog()).length;
  expect((await start(await ready("do-nothing", "full-load"))).LastFailureMessage).toBeUndefined();
  expect((await targetLog()).slice(before)).toMatch(/must be owner of table items/);
  expect(await indexesOf(target)).toEqual(["items_pkey"]);
  expect(await count(target)).toBe(100);
});

test("restore-noise fatal: what exists already does not count in a new table either", async () => {
  variants["restore-noise"] = "fatal";
  await sql(target, "CREATE VIEW by_vector AS SELECT 1");
  expect((await start(await ready("do-nothing", "full-load"))).LastFailureMessage).toBeUndefined();
  expect(await count(target)).toBe(100);
  expect(await indexesOf(target)).toEqual(["items_pkey"]);
  await sql(target, "DROP VIEW by_vector");
});

test("restore-noise fatal: that somebody else owns the table of a recreated index does not count", async () => {
  variants["restore-noise"] = "fatal";
  variants["secondary-indexes"] = "recreated";
  await at.loginAsLoader();
  const asSuperuser = async (text: string) => {
    await target.server.asSuperuser("postgres", (client) => client.query(text));
  };
  await asSuperuser("DROP EXTENSION vector; GRANT CREATE ON DATABASE postgres TO loader");
  await asSuperuser("SET ROLE loader; CREATE EXTENSION vector");
  await sql(target, emptyItems);
  expect((await start(await ready("do-nothing", "full-load"))).LastFailureMessage).toBeUndefined();
  expect(await count(target)).toBe(100);
  await asSuperuser("DROP EXTENSION vector CASCADE");
});

describe("subscription-after-stop dropped", () => {
  const left = async () => ({
    subscriptions: await sql(target, "SELECT FROM pg_subscription"),
    slots: await sql(source, "SELECT FROM pg_replication_slots"),
    publications: (await sql(source, "SELECT FROM pg_publication")).length,
  });

  test("by Stop: nothing can be resumed, all can be reloaded", async () => {
    const arn = await ready("do-nothing");
    await start(arn);
    variants["subscription-after-stop"] = "dropped";
    await stopped(arn);
    expect(await left()).toEqual({ subscriptions: [], slots: [], publications: 1 });
    const failed = await start(arn, "resume-processing");
    expect(failed.LastFailureMessage).toMatch(/The subscription .* is gone from the target/);
    expect((await start(arn, "reload-target")).LastFailureMessage).toBeUndefined();
    expect(await count(target)).toBe(100);
  });

  test("by Delete, where Stop left it", async () => {
    const arn = await ready("do-nothing");
    await start(arn);
    await stopped(arn);
    variants["subscription-after-stop"] = "dropped";
    await removed(arn);
    expect(await left()).toEqual({ subscriptions: [], slots: [], publications: 1 });
  });

  test("kept, by default, after both", async () => {
    const arn = await ready("do-nothing");
    await start(arn);
    await stopped(arn);
    await removed(arn);
    expect(await left()).toEqual({ subscriptions: [{}], slots: [{}], publications: 1 });
  });
});

test("target-replication required: cdc needs wal_level logical on the target, a full load does not", async () => {
  variants["target-replication"] = "required";
  const arn = await ready("do-nothing");
  expect((await start(arn)).LastFailureMessage).toMatch(
    /^The target database is not configured for logical replication: wal_level is replica, .* rds\.logical_replication/,
  );
  await removed(arn);
  expect((await start(await ready("do-nothing", "full-load"))).LastFailureMessage).toBeUndefined();
});

test("full-load-wal-level: a full load asks for it only when checked", async () => {
  await source.server.stop();
  await source.server.start({ wal_level: "replica" });
  expect((await start(await ready("do-nothing", "full-load"))).LastFailureMessage).toBeUndefined();
  await at.reset();
  variants["full-load-wal-level"] = "checked";
  expect((await start(await ready("do-nothing", "full-load"))).LastFailureMessage).toMatch(
    /^The source database is not configured for logical replication: wal_level is replica/,
  );
  await source.server.stop();
  await source.server.start({ wal_level: "logical", log_statement: "all" });
});

test("rule-filters ignored: every row is taken", async () => {
  variants["rule-filters"] = "ignored";
  const arn = await ready("do-nothing", "full-load", { filters: [{ "column-name": "id" }] });
  expect((await start(arn)).LastFailureMessage).toBeUndefined();
  expect(await count(target)).toBe(100);
});

test.each([
  ["drop-tables-on-target", 100, ["by_vector", "items_pkey"]],
  ["truncate", 100, ["items_pkey"]],
  ["do-nothing", 101, ["items_pkey"]],
] as const)("default-preparation %s", async (mode, rows, indexes) => {
  expect(variants["default-preparation"], "the default").toBe("drop-tables-on-target");
  variants["default-preparation"] = mode;
  await sql(target, emptyItems, "INSERT INTO items VALUES ('x')");
  expect((await start(await ready(undefined, "full-load"))).LastFailureMessage).toBeUndefined();
  expect(await count(target)).toBe(rows);
  expect(await indexesOf(target)).toEqual(indexes);
});

test.each([
  ["selected", 1],
  ["all", 0],
] as const)("truncate-scope %s", async (scope, left) => {
  expect(variants["truncate-scope"], "the default").toBe("selected");
  variants["truncate-scope"] = scope;
  await sql(target, emptyItems, "CREATE TABLE other (id int PRIMARY KEY)", "INSERT INTO other VALUES (1)");
  expect((await start(await ready("truncate", "full-load"))).LastFailureMessage).toBeUndefined();
  expect(await count(target, "other")).toBe(left);
  expect(await count(target)).toBe(100);
});
