import { expect, test } from "vitest";
import type { Run } from "../../src/provision/run.ts";
import { baselineOf, contentOfBaseline } from "../../src/steps/baseline.ts";
import { changedSince } from "../../src/steps/tell-baseline.ts";
import type { BotContent } from "../../src/verify/side-content.ts";

const bot = (name: string | null, rows: number, ids: readonly [string, string] | null = null): BotContent => ({
  bot: name,
  rows,
  digest: undefined,
  firstId: ids?.[0] ?? null,
  lastId: ids?.[1] ?? null,
});

test("bots whose rows have come, gone or changed since the baseline are told", () => {
  const before = { bots: [bot("a", 1), bot("b", 2), bot(null, 3)] };
  const after = { bots: [bot("a", 1), bot(null, 4), bot("c", 5)] };
  expect(changedSince(before, before)).toEqual([]);
  expect(changedSince(before, after)).toEqual([
    { bot: "b", before: 2, after: 0 },
    { bot: null, before: 3, after: 4 },
    { bot: "c", before: 0, after: 5 },
  ]);
});

test("as many rows with other ids have changed, where the baseline knows the ids", () => {
  const known = { bots: [bot("a", 2, ["01", "02"])] };
  const synced = { bots: [bot("a", 2, ["03", "04"])] };
  expect(changedSince(known, known)).toEqual([]);
  expect(changedSince(known, synced)).toEqual([{ bot: "a", before: 2, after: 2 }]);
  expect(changedSince({ bots: [bot("a", 2)] }, synced)).toEqual([]);
});

/** As version 0.1 has written it into a journal. */
const early = {
  at: "2026-11-24T14:03:48.299Z",
  cluster: "old",
  engineVersion: "15.3",
  serverVersion: "15.3",
  extensions: [{ name: "vector", version: "0.4.1", schema: "public" }],
  embedding: "vector(1024)",
  vectorIndexes: [],
  tables: [
    { table: 'public.no.tes "x"', rows: 3 },
    { table: "public.items", rows: null },
  ],
  bots: [{ bot: null, rows: 1 }],
  rows: 1,
};

function noted(value: unknown) {
  const state = () => ({ notes: new Map([["baseline", value]]) });
  const baseline = baselineOf({ state } as unknown as Run);
  if (baseline === undefined) throw new Error("it is not read");
  return baseline;
}

test("a baseline of an earlier version is read, and claims to know no more than it does", () => {
  const baseline = noted(early);
  expect(baseline.schema).toBeUndefined();
  const unknown = { digest: undefined, uncomparable: [] };
  expect(contentOfBaseline(baseline)).toEqual({
    tables: [
      { schema: "public", table: 'no.tes "x"', rows: 3, ...unknown },
      { schema: "public", table: "items", rows: undefined, ...unknown },
    ],
    bots: [bot(null, 1)],
  });
});

test("digests that another version has made in another way are not compared with", () => {
  const digest = "1/2";
  const full = { ...early, bots: [{ ...early.bots[0], digest, firstId: "01", lastId: "02" }] };
  expect(contentOfBaseline(noted({ ...full, digestFormat: 1 })).bots[0]?.digest).toBe(digest);
  expect(contentOfBaseline(noted({ ...full, digestFormat: 2 })).bots).toEqual([bot(null, 1, ["01", "02"])]);
});
