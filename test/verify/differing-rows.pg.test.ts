import type { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tableColumns } from "../../src/database/canonical-row.ts";
import { createSchema } from "../../src/local-aws/stack/schema.ts";
import { itemsTable } from "../../src/stack/items-table.ts";
import { type Differences, differencesSchema } from "../../src/verify/differences.ts";
import { findDifferences } from "../../src/verify/differing-rows.ts";
import { sessionOn, withTwoDatabases } from "./two-databases.ts";

/** Bots by their numbers: 0 has 13,000 rows, 1 to 40 have 12 each, 41 has long texts; null has some, too. */
const bot = (n: number) => `01BOT${String(n).padStart(21, "0")}`;
const id = (ofBot: number, n: number) => `${String(ofBot).padStart(6, "0")}${String(n).padStart(20, "0")}`;
const bots = [...Array.from({ length: 42 }, (_, n) => bot(n)), null];
const vector = "(select array_agg(sin(b * 1000 + n + d)) from generate_series(1, 4) d)::vector";

let source: Client;
let target: Client;
let ended = () => {};
let all: Promise<void>;

beforeAll(async () => {
  await new Promise<void>((ready, failed) => {
    all = withTwoDatabases(fill, async (one, other) => {
      [source, target] = [one, other];
      const end = new Promise<void>((resolve) => (ended = resolve));
      ready();
      await end;
    });
    all.catch(failed);
  });
});

afterAll(async () => {
  ended();
  await all;
});

async function fill(client: Client): Promise<void> {
  await createSchema(client, 4);
  await client.query("drop index idx_items_embedding");
  await client.query(
    `insert into items select lpad(b::text, 6, '0') || lpad(n::text, 20, '0'), '01BOT' || lpad(b::text, 21, '0'),
            'ข้อความ "ใหม่" ' || n, 's3://' || b, ${vector}
       from generate_series(0, 40) b, generate_series(1, case b when 0 then 13000 else 12 end) n`,
  );
  await client.query(
    `insert into items select lpad('41', 6, '0') || lpad(n::text, 20, '0'), '01BOT' || lpad('41', 21, '0'),
            repeat('"語\u{1f600}', 10000), null, '[0,1,-2,3]' from generate_series(1, 2) n`,
  );
  await client.query(
    `insert into items select 'NONE' || lpad(n::text, 22, '0'), null, 'nobody''s', '', null from generate_series(1, 3) n`,
  );
}

/** Each test has the same two sides to begin with. */
beforeEach(async () => {
  await target.query("rollback");
  await target.query("begin");
});

async function differences(
  options: { readonly of?: readonly (string | null)[]; readonly max?: number } = {},
): Promise<Differences & { readonly asked: number }> {
  const sides = { source: sessionOn(source), target: sessionOn(target) };
  const columns = {
    source: await tableColumns(sides.source, itemsTable),
    target: await tableColumns(sides.target, itemsTable),
  };
  sides.target.asked = 0;
  const task = { state() {}, measure() {}, end() {}, fail() {}, [Symbol.dispose]() {} };
  const titles = new Map([[bot(1), "คู่มือ"]]);
  const found = await findDifferences(
    sides,
    options.of ?? bots,
    { columns, maxDifferences: options.max ?? 100, titles },
    task,
  );
  expect(differencesSchema.parse(found)).toEqual(found);
  return { ...found, asked: sides.target.asked };
}

const one = (where: string) => `where id = '${where}'`;
const float = (value: string, bits: string) => ({ value, bits });
const size = (characters: number, bytes: number) => ({ characters, bytes });

describe("a change of one row is found, and named", () => {
  const mutations: readonly (readonly [what: string, statement: string, listed: object])[] = [
    [
      "one bit of a float",
      `update items set embedding = '[0,1.0000001,-2,3]' ${one(id(41, 1))}`,
      {
        columns: [
          {
            column: "embedding",
            elements: 1,
            first: { element: 2, source: float("1", "3f800000"), target: float("1.0000001", "3f800001"), ulps: 1 },
          },
        ],
      },
    ],
    [
      "-0 against 0",
      `update items set embedding = '[-0,1,-2,3]' ${one(id(41, 1))}`,
      {
        columns: [
          {
            elements: 1,
            first: { element: 1, source: float("0", "00000000"), target: float("-0", "80000000"), ulps: 0 },
          },
        ],
      },
    ],
    [
      "another vector in a large bot",
      `update items set embedding = '[1,2,3,4]' ${one(id(0, 8000))}`,
      { kind: "changed", bot: bot(0), id: id(0, 8000), columns: [{ column: "embedding", elements: 4 }] },
    ],
    [
      "NULL against empty",
      `update items set source = null ${one("NONE0000000000000000000002")}`,
      { kind: "changed", bot: null, columns: [{ column: "source", looks: "NULL against empty", offset: null }] },
    ],
    [
      "a trailing blank",
      `update items set content = content || ' ' ${one(id(7, 3))}`,
      {
        kind: "changed",
        columns: [{ looks: "trailing blanks", source: size(16, 38), target: size(17, 39), offset: size(16, 38) }],
      },
    ],
    [
      "a text cut off, however long it is",
      `update items set content = left(content, -1) ${one(id(41, 2))}`,
      {
        kind: "changed",
        columns: [{ looks: "truncated", source: size(30_000, 80_000), target: size(29_999, 79_996) }],
      },
    ],
    [
      "another Unicode form",
      `update items set source = 's3://e\u0301' ${one(id(1, 1))}`,
      { kind: "changed", bot: bot(1), columns: [{ column: "source", looks: "another text", offset: size(5, 5) }] },
    ],
    ["a row missing", `delete from items ${one(id(0, 1))}`, { kind: "missing", bot: bot(0), id: id(0, 1) }],
    [
      "a row too many",
      `insert into items values ('${id(3, 99)}', '${bot(3)}', '', '', null)`,
      { kind: "extra", bot: bot(3), id: id(3, 99) },
    ],
    [
      "a row of another bot",
      `update items set botid = '${bot(0)}' ${one(id(5, 5))}`,
      { kind: "moved", bot: bot(5), to: bot(0), id: id(5, 5), columns: [] },
    ],
    [
      "a row of no bot any more, with another content",
      `update items set botid = null, content = '' ${one(id(5, 5))}`,
      { kind: "moved", bot: bot(5), to: null, id: id(5, 5), columns: [{ column: "content", looks: "truncated" }] },
    ],
  ];

  test.each(mutations)("%s", async (_what, statement, listed) => {
    await target.query(statement);
    const found = await differences();
    expect(found.listed).toMatchObject([listed]);
    const { missing, extra, changed, moved } = found.rows;
    expect(missing + extra + changed + moved).toBe(1);
    expect(JSON.stringify(found)).not.toMatch(/ข้อ|nobody/);
  });
});

test("the same on both sides is nothing", async () => {
  const { rows, bots: differing, listed, asked } = await differences();
  expect({ rows, differing, listed }).toEqual({
    rows: { missing: 0, extra: 0, changed: 0, moved: 0 },
    differing: [],
    listed: [],
  });
  expect(asked, "many small bots share a statement").toBeLessThan(10);
});

test("values that are swapped between two rows are told as such", async () => {
  await target.query(
    `update items set content = other.content from items other
      where items.botid = '${bot(9)}' and other.botid = items.botid
        and (items.id, other.id) in (('${id(9, 1)}', '${id(9, 2)}'), ('${id(9, 2)}', '${id(9, 1)}'))`,
  );
  const { listed, bots: differing } = await differences();
  expect(differing).toMatchObject([{ bot: bot(9), title: null, changed: 2, source: 12, target: 12 }]);
  expect(listed).toMatchObject([
    { id: id(9, 1), columns: [{ column: "content", swappedWith: id(9, 2) }] },
    { id: id(9, 2), columns: [{ column: "content", swappedWith: id(9, 1) }] },
  ]);
});

test("all are counted; so many are listed as are asked for, in the same order each time", async () => {
  // A bot that is gone, one that came from nowhere, one whose rows went into another, and many rows of the large one.
  await target.query(`delete from items where botid = '${bot(1)}'`);
  await target.query(`update items set botid = '${bot(2)}' where botid = '${bot(3)}'`);
  await target.query(`insert into items select 'NEW' || lpad(n::text, 23, '0'), 'NEW' from generate_series(1, 5) n`);
  await target.query(`update items set botid = 'NEW' ${one(id(4, 4))}`);
  await target.query(`update items set source = source || '?' where botid = '${bot(0)}' and id <= '${id(0, 30)}'`);
  const asked = { of: [...bots, "NEW"].toReversed(), max: 50 };
  const found = await differences(asked);
  expect(found.rows).toEqual({ missing: 12, extra: 5, changed: 30, moved: 13 });
  expect(found.bots).toMatchObject([
    { bot: bot(0), changed: 30 },
    { bot: bot(1), title: "คู่มือ", source: 12, target: 0, missing: 12 },
    { bot: bot(2), movedHere: 12, extra: 0 },
    { bot: bot(3), movedAway: 12, missing: 0 },
    { bot: bot(4), movedAway: 1 },
    { bot: "NEW", source: 0, target: 6, extra: 5, movedHere: 1 },
  ]);
  const kinds = found.listed.map(({ kind }) => kind);
  expect([
    kinds.length,
    kinds.lastIndexOf("changed"),
    kinds.lastIndexOf("missing"),
    kinds.lastIndexOf("extra"),
  ]).toEqual([50, 29, 41, 46]);
  expect((await differences({ ...asked, max: 3 })).listed).toEqual(found.listed.slice(0, 3));
  await target.query(`update items set source = null where botid = '${bot(0)}'`);
  const { rows, listed } = await differences({ ...asked, max: 0 });
  expect({ rows, listed }).toEqual({ rows: { ...found.rows, changed: 13_000 }, listed: [] });
});

test("bots that one side has alone are counted, and their first rows listed, without a look at what is in them", async () => {
  await target.query(`delete from items where botid in ('${bot(0)}', '${bot(1)}') or botid is null`);
  const { rows, listed, asked } = await differences({ max: 13_014 });
  expect(rows).toEqual({ missing: 13_015, extra: 0, changed: 0, moved: 0 });
  expect(listed.length).toBe(13_014);
  expect(listed.slice(12_999, 13_001)).toMatchObject([{ id: id(0, 13_000) }, { id: id(1, 1) }]);
  expect(listed.at(-1)).toEqual({ kind: "missing", bot: null, id: "NONE0000000000000000000002" });
  expect(asked).toBeLessThan(15);
});

test("columns of one side alone, or of another type, are left out and named", async () => {
  await target.query("alter table items add column note text default 'x', drop column source");
  await target.query("alter table items alter column embedding type text");
  await target.query(`update items set content = 'é' ${one(id(6, 6))}`);
  const { uncompared, listed } = await differences();
  expect(uncompared).toEqual([
    { column: "embedding", why: "of another type" },
    { column: "note", why: "on the target only" },
    { column: "source", why: "on the source only" },
  ]);
  expect(listed).toMatchObject([{ id: id(6, 6), columns: [{ column: "content" }] }]);
});
