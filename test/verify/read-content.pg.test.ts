import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tableColumns } from "../../src/database/canonical-row.ts";
import type { Database, SqlSession } from "../../src/database/session.ts";
import { surveyTable } from "../../src/database/survey-table.ts";
import { withSession } from "../../src/database/with-session.ts";
import type { Task } from "../../src/progress.ts";
import type { Reach } from "../../src/reach.ts";
import { KeptDigestsFile } from "../../src/verify/kept-digests.ts";
import { readContent, type ReadContentOptions } from "../../src/verify/read-content.ts";
import type { SideContent } from "../../src/verify/side-content.ts";
import { type SmallDeployment, smallDeployment } from "../migration/small-deployment.ts";
import { ownTypes, valueCases } from "./value-cases.ts";

let world: SmallDeployment;
let folder: string;
const databases = new Map<string, Database>();

beforeAll(async () => {
  world = await smallDeployment();
  folder = await mkdtemp(join(tmpdir(), "kept-"));
  const { database } = await world.deployment();
  for (const name of ["here", "there", "left", "right"]) {
    await world.onTarget((session) => session.query(`create database "${name}"`));
    databases.set(name, { ...database, name });
  }
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** SQL, several statements at once, in one of the databases. */
async function on(name: string, sql: string): Promise<void> {
  await within(name, (session) => session.query(sql));
}

function within<T>(
  name: string,
  work: (session: SqlSession) => Promise<T>,
  connect: Reach["connect"] = "direct",
): Promise<T> {
  const database = databases.get(name);
  if (database === undefined) throw new Error(`no database ${name}`);
  return withSession(database, { ...world.context(), reach: { connect, tunnels: {} } }, work);
}

const told: string[] = [];
const task: Task = {
  state: () => undefined,
  measure: ({ phase, done, total, unit }) => told.push(`${phase} ${done}/${total} ${unit}`),
  end: () => undefined,
  fail: () => undefined,
  [Symbol.dispose]: () => undefined,
};

/** What a database holds, and how many statements made digests for it. */
async function read(name: string, options: Partial<ReadContentOptions> = {}, connect: Reach["connect"] = "direct") {
  let digests = 0;
  const content = await within(
    name,
    (session) => {
      const counting: SqlSession = {
        ...session,
        transaction: (how, work) =>
          session.transaction(how, (transaction) =>
            work({
              query: (statement, values) => {
                if (statement.includes("record_send")) digests += 1;
                return transaction.query(statement, values);
              },
            }),
          ),
      };
      return readContent(counting, { level: "content", ...options }, task);
    },
    connect,
  );
  return { ...content, digests };
}

/** The tables of a schema, by their names. */
function tablesOf({ tables }: SideContent, schema: string) {
  return new Map(tables.filter((one) => one.schema === schema).map((one) => [one.table, one]));
}

function withCases(schema: string, extensions: string, pick: "value" | "other"): string {
  const tables = valueCases.map(
    (one) => `create table ${quoted(one.name)} (id int, "Wert ""x""" ${one.type});
              insert into ${quoted(one.name)} select 1, (${one[pick]})::${one.type};`,
  );
  return `set search_path = ${schema}, ${extensions}; ${ownTypes} ${tables.join("\n")}`;
}

function quoted(name: string): string {
  return `"${name.slice(0, 60)}"`;
}

describe("a value of any type", () => {
  beforeAll(async () => {
    await on(
      "here",
      "create extension vector; create extension hstore; create extension citext; create extension ltree",
    );
    await on("here", `create schema cases; ${withCases("cases", "public", "value")}`);
    // Here OIDs are others, and so is the schema of the extensions.
    await on(
      "there",
      `create schema "Erweiterung"; set search_path = "Erweiterung"; create type burnt as enum ('an OID');
       create extension ltree; create extension citext; create extension hstore; create extension vector`,
    );
    await on("there", `create schema cases; ${withCases("cases", '"Erweiterung"', "value")}`);
    await on("there", `create schema changed; ${withCases("changed", '"Erweiterung"', "other")}`);
  });

  test("has the same digest in two databases, another value another one, and both ways tell the same", async () => {
    const here = tablesOf(await read("here"), "cases");
    const there = await read("there", {}, "data-api");
    expect(there).toEqual(await read("there"));
    const changed = tablesOf(there, "changed");
    for (const { name } of valueCases) {
      const table = quoted(name).slice(1, -1);
      const digest = here.get(table)?.digest;
      expect(digest, name).toMatch(/^-?\d+\/-?\d+$/);
      expect(tablesOf(there, "cases").get(table), name).toEqual(here.get(table));
      expect(changed.get(table)?.digest, name).not.toBe(digest);
      expect(changed.get(table)).toMatchObject({ rows: 1, uncomparable: [] });
    }
  });
});

describe("a table", () => {
  test("is digested by the names of its columns and in any order of them and of its rows, whatever its name is", async () => {
    const rows = (order: string) => `select i, 'text ' || i from generate_series(1, 500) i order by ${order}`;
    await on(
      "here",
      `create schema "Größe ""x"""; set search_path = "Größe ""x""", public;
       create table plain (id int primary key, "Spalte ä" text);
       insert into plain ${rows("i")};
       create table "añadido 表" (x int, "Spalte ä" text, id int);
       alter table "añadido 表" drop x;
       insert into "añadido 表" ("Spalte ä", id) select t, i from (${rows("-i")}) as o (i, t);
       create table parted (id int, "Spalte ä" text) partition by range (id);
       create table low partition of parted for values from (0) to (100);
       create table high partition of parted for values from (100) to (1000);
       insert into parted ${rows("-i")};
       create table generated (id int, "Spalte ä" text generated always as ('text ' || id) stored);
       insert into generated select i from generate_series(1, 500) i;
       create table renamed (id int, "Spalte a" text);
       insert into renamed ${rows("i")};
       create table doubled (id int, "Spalte ä" text);
       insert into doubled ${rows("i")};
       insert into doubled values (1, 'text 1');
       create table swapped (id int, "Spalte ä" text);
       insert into swapped ${rows("i")};
       update swapped set "Spalte ä" = 'text ' || (3 - id) where id <= 2;
       create table nothing (); create table "two nothings" ();
       insert into nothing default values;
       insert into "two nothings" default values; insert into "two nothings" default values;`,
    );
    const tables = tablesOf(await read("here"), 'Größe "x"');
    expect([...tables.keys()].toSorted()).not.toContain("low");
    const digest = tables.get("plain")?.digest;
    for (const same of ["añadido 表", "parted", "generated"])
      expect(tables.get(same), same).toMatchObject({ rows: 500, digest });
    for (const other of ["renamed", "doubled", "swapped"]) expect(tables.get(other)?.digest, other).not.toBe(digest);
    expect(tables.get("doubled")?.rows).toBe(501);
    expect(tables.get("nothing")).toMatchObject({ rows: 1, uncomparable: [] });
    expect(tables.get("nothing")?.digest).not.toBe(tables.get("two nothings")?.digest);
  });
});

test("a type that cannot be compared is named, wherever it is; the other columns are digested", async () => {
  await on(
    "here",
    `create extension seg; create schema odd; set search_path = odd, public;
     create domain rights as aclitem;
     create type pair as (a int, b seg);
     create table partly (id int, s seg, r rights, list aclitem[], p pair, pairs pair[]);
     insert into partly values (1), (2);
     create table every (s seg);
     insert into every values ('1');`,
  );
  const tables = tablesOf(await read("here"), "odd");
  const partly = tables.get("partly");
  expect(partly?.uncomparable).toEqual(
    [
      ["list", "aclitem[]"],
      ["p", "odd.pair"],
      ["pairs", "odd.pair[]"],
      ["r", "odd.rights"],
      ["s", "public.seg"],
    ].map(([name, type]) => ({ name, type })),
  );
  expect(partly?.digest).toMatch(/\d\/-?\d/);
  expect(tables.get("every")).toMatchObject({ rows: 1, digest: undefined, uncomparable: [{ name: "s" }] });
});

describe("the items", () => {
  const botOf = (letter: string) => letter.repeat(26);
  const create = `create extension vector;
    create table items (id char(26), botid char(26), content text, source text, embedding vector(2))`;
  const fill = (from: number, to: number, order: string) => `
    insert into items
    select lpad(i::text, 26, '0'), case when i <= 119000 then '${botOf("A")}' when i <= 119990 then '${botOf("B")}' end,
           'Inhalt ' || i, null, ('[' || i || ',0]')::vector
      from generate_series(${from}, ${to}) i order by ${order}`;

  beforeAll(async () => {
    await on("left", `${create}; ${fill(119_001, 120_000, "i")}`);
    await on("right", `${create}; ${fill(119_001, 120_000, "-i")}`);
  });

  test("of a sample are the same rows on both sides, and all are counted", async () => {
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
    const sampled = async (name: string, seed: number) => (await read(name, { samplePercent: 50, seed })).bots;
    const before = await Promise.all(seeds.map((seed) => sampled("left", seed)));
    const change = (how: string) => on("right", `update items set content = ${how} where id = lpad('119995', 26, '0')`);
    await change("content || '.'");
    const after = await Promise.all(seeds.map((seed) => sampled("right", seed)));
    await change("left(content, -1)");
    const differing = seeds.filter((_, index) => before[index]?.[1]?.digest !== after[index]?.[1]?.digest);
    expect([differing.length > 0, differing.length < seeds.length]).toEqual([true, true]);
    for (const [index, bots] of before.entries()) {
      expect(bots[0]).toEqual(after[index]?.[0]);
      expect(bots.map(({ rows }) => rows)).toEqual([990, 10]);
    }
  });

  test("are digested bot by bot, a null one too, with the time of each bot's last sync", async () => {
    await on("left", fill(1, 119_000, "i"));
    await on("right", fill(1, 119_000, "-i"));
    const here = await read("left");
    const there = await read("right");
    expect(here.bots.map(({ bot, rows, lastId }) => [bot, rows, lastId])).toEqual([
      [botOf("A"), 119_000, "119000".padStart(26, "0")],
      [botOf("B"), 990, "119990".padStart(26, "0")],
      [null, 10, "120000".padStart(26, "0")],
    ]);
    expect(there.bots).toEqual(here.bots);
    const items = tablesOf(here, "public").get("items");
    expect(tablesOf(there, "public").get("items")).toEqual(items);
    const sums = here.bots.map(({ digest = "" }) => digest.split("/").map(BigInt));
    const sum = (at: number) => sums.reduce((total, one) => total + (one[at] ?? 0n), 0n);
    expect(items?.digest).toBe(`${sum(0)}/${sum(1)}`);
    expect(told).toContainEqual(expect.stringMatching(/^public\.items [1-9]\d+\/120000 rows$/));
    const counted = await read("right", { level: "counts" });
    expect(counted.bots).toEqual(here.bots.map((one) => ({ ...one, digest: undefined })));
    expect([counted.digests, tablesOf(counted, "public").get("items")]).toEqual([0, { ...items, digest: undefined }]);
  });

  test("that were digested before a kill are not digested again, unless their part was changed meanwhile", async () => {
    const path = join(folder, "run", "digests.jsonl");
    const cluster = "arn:aws:rds:us-east-1:1:cluster:temporary";
    const readKept = async (clusterArn = cluster, options: Partial<ReadContentOptions> = {}) => {
      await using kept = await KeptDigestsFile.open(path, clusterArn);
      return await read("left", { kept, ...options });
    };
    const first = await readKept();
    const whole = await read("left");
    expect(first).toEqual(whole);
    expect(await readKept()).toEqual({ ...whole, digests: 0 });
    await appendFile(path, `{"cluster":"${cluster}","key":"torn`);
    expect(await readKept()).toEqual({ ...whole, digests: 0 });
    expect(whole.digests).toBe(2);
    // Of two parts one is changed, then the other.
    await on("left", `update items set embedding = '[0,1]' where id = lpad('119000', 26, '0')`);
    const changed = await readKept();
    expect(changed.digests).toBe(1);
    expect(changed.bots).toEqual((await read("left")).bots);
    expect(changed.bots[0]?.digest).not.toBe(whole.bots[0]?.digest);
    await on("left", `delete from items where id = lpad('119001', 26, '0')`);
    expect([(await readKept()).digests, (await readKept()).digests]).toEqual([1, 0]);
    expect((await readKept(`${cluster}-other`)).digests).toBe(whole.digests);
    expect((await readKept(cluster, { seed: 1 })).digests).toBe(whole.digests);
    expect((await readKept(cluster, { samplePercent: 50 })).digests).toBe(whole.digests);
    // A new column changes no row version, but every row; and so does another one of its name.
    for (const value of ["x", "y"]) {
      await on("left", `alter table items drop column if exists note, add note text default '${value}'`);
      expect((await readKept()).digests).toBe(whole.digests);
    }
  });

  test("of more bots than one answer takes are all there, by both ways", async () => {
    const many = (order: string) => `insert into items (id, botid)
      select 'x' || i, 'bot ' || i from generate_series(1, 4100) i order by ${order}`;
    await on("left", many("i"));
    await on("right", many("-i"));
    const [left, right] = [await read("left"), await read("right", {}, "data-api")];
    const bots = ({ bots: all }: SideContent) => all.filter(({ bot }) => bot?.startsWith("bot "));
    expect(bots(left)).toHaveLength(4_100);
    expect(bots(right).map(({ bot, rows, firstId }) => ({ bot, rows, firstId }))).toEqual(
      bots(left).map(({ bot, rows, firstId }) => ({ bot, rows, firstId })),
    );
  });
});

test("rows of large contents are surveyed page by page", async () => {
  await on(
    "left",
    `create table large (filler char(2000), content text);
     alter table large alter filler set storage plain, alter content set storage external;
     insert into large select '', repeat('x', 20000) from generate_series(1, 6)`,
  );
  const name = { schema: "public", table: "large" };
  const limit = { bytes: 70_000, rows: 1_000, pages: 1_000 };
  const parts = await within("left", async (session) =>
    surveyTable(session, name, await tableColumns(session, name), { limit }),
  );
  // Three rows a page, each of 22,000 bytes.
  expect(parts.map(({ from, to, rows }) => [from, to, rows])).toEqual([
    [0, 1, 3],
    [1, undefined, 3],
  ]);
});
