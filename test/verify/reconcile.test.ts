import { expect, test } from "vitest";
import type { Bot } from "../../src/stack/bots.ts";
import { reconcile, reconciliationSchema, type ReconcileQuestion } from "../../src/verify/reconcile.ts";

const id = "01HM5N3W0G0000000000000000";
const knowing: Bot = {
  id,
  owner: "user",
  title: 'ผู้ช่วย "x"',
  syncStatus: "SUCCEEDED",
  knowledge: { sourceUrls: 0, sitemapUrls: 0, filenames: 1 },
  hasKnowledgeBase: false,
  lastExecId: "task",
  createdAt: Date.UTC(2024, 0, 15),
  apiStack: undefined,
};
const empty: Partial<Bot> = { knowledge: { sourceUrls: 0, sitemapUrls: 0, filenames: 0 } };
const side = (rows: number, lastId: string | null = null, bot: string | null = id): ReconcileQuestion["source"] =>
  rows === 0 ? [] : [{ bot, rows, digest: undefined, firstId: null, lastId }];
type Verdict = ReconcileQuestion["compared"] extends ReadonlyMap<string | null, infer V> ? V : never;

function judged(bot: Partial<Bot> | null | undefined, source: number, target: number, verdict?: Verdict) {
  const bots = bot === undefined ? undefined : bot === null ? [] : [{ ...knowing, ...bot }];
  const compared = new Map<string | null, Verdict>(verdict === undefined ? [] : [[id, verdict]]);
  const { outcome, bots: all } = reconcile({ bots, source: side(source), target: side(target), compared });
  return [outcome, ...all.map(({ state, reEmbed }) => `${state}${reEmbed === null ? "" : `, re-embed: ${reEmbed}`}`)];
}

const failed = { syncStatus: "FAILED" };

test.each<[string, Partial<Bot> | null | undefined, number, number, Verdict | undefined, string, string]>([
  ["the same rows", {}, 2, 2, "equal", "ok", "identical"],
  ["the same rows, and a failed sync after them", failed, 2, 2, "equal", "ok", "identical, re-embed: failed"],
  ["kept by decision", {}, 0, 2, "kept", "ok", "kept"],
  ["synced since", {}, 2, 3, "synced since", "ok", "re-embedded since"],
  ["new since", {}, 0, 3, "new since", "ok", "extra"],
  ["the target has none", {}, 2, 0, "different", "wrong", "missing, re-embed: missing"],
  ["a failed one that lost its rows", failed, 2, 0, "different", "wrong", "missing, re-embed: missing"],
  ["kept, and gone", {}, 0, 0, "different", "wrong", "missing, re-embed: missing"],
  ["set aside as deleted, and there", {}, 0, 0, "deleted since", "wrong", "missing, re-embed: missing"],
  ["other numbers", {}, 2, 3, "different", "wrong", "changed, re-embed: changed"],
  ["other contents", failed, 2, 2, "content differs", "wrong", "changed, re-embed: changed"],
  ["no documents, no rows", empty, 0, 0, "equal", "ok", "no vectors expected"],
  ["no documents any more", empty, 2, 2, "equal", "ok", "unused vectors"],
  ["no documents any more, and rows gone", empty, 2, 0, "different", "wrong", "missing"],
  ["no documents any more, and other rows", empty, 2, 2, "content differs", "wrong", "changed"],
  ["a knowledge base", { hasKnowledgeBase: true }, 0, 0, "equal", "ok", "no vectors expected"],
  ["a knowledge base since", { hasKnowledgeBase: true }, 2, 2, "equal", "ok", "unused vectors"],
  ["a sync that left nothing", {}, 0, 0, "equal", "ok", "without vectors, re-embed: missing"],
  ["no sync so far", { lastExecId: "" }, 0, 0, "equal", "ok", "never synced, re-embed: missing"],
  ["a sync that failed", failed, 0, 0, "equal", "ok", "without vectors, re-embed: failed"],
  ["a sync under way", { syncStatus: "RUNNING" }, 0, 0, "equal", "ok", "syncing"],
  ["deleted", null, 2, 0, "different", "ok", "deleted since"],
  ["deleted, and rows on both sides", null, 2, 2, "equal", "wrong", "orphan vectors"],
  ["nobody's rows on the target", null, 0, 2, "different", "wrong", "orphan vectors"],
  ["bots could not be listed", undefined, 2, 2, "equal", "unknown", "unknown"],
  ["not judged", {}, 2, 2, "not judged", "unknown", "unknown"],
  ["not compared", {}, 2, 2, undefined, "unknown", "unknown"],
])("%s", (_, bot, source, target, verdict, outcome, state) => {
  expect(judged(bot, source, target, verdict)).toEqual([outcome, state]);
});

test("rows of no bot are no orphans where they are the source's", () => {
  const compared = new Map([[null, "equal" as const]]);
  const of = (rows: number) => side(rows, null, null);
  expect(reconcile({ bots: [], source: of(1), target: of(1), compared })).toMatchObject({
    outcome: "ok",
    bots: [{ bot: null, title: null, state: "identical" }],
  });
});

test("times come from ULIDs and from nothing that only looks like one", () => {
  const compared = new Map([[id, "synced since" as const]]);
  const timesOf = (source: string | null, target: string | null) => {
    const found = reconcile({ bots: [knowing], source: side(1, source), target: side(1, target), compared });
    return reconciliationSchema.parse(found).bots[0]?.embeddedAt;
  };
  expect(timesOf("01ARZ3NDEKTSV4RRFFQ69G5FAV", "01J00000000000000000000000")).toEqual({
    source: "2016-07-30T23:54:10.259Z",
    target: "2024-06-10T02:35:18.400Z",
  });
  const nothing = { source: null, target: null };
  expect(timesOf(null, "")).toEqual(nothing);
  expect(timesOf("8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "คู่มือ")).toEqual(nothing);
  expect(timesOf("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01HM5N3W0G000000000000000U")).toEqual(nothing);
});

test("thousands of bots: each is judged once, the wrong ones come first, and the states are counted", () => {
  const bots = Array.from({ length: 5_000 }, (_, n) => ({ ...knowing, id: `b${n}` }));
  const rows = bots.map(({ id: bot }, n) => ({ bot, rows: n + 1, digest: undefined, firstId: null, lastId: null }));
  const compared = new Map<string | null, Verdict>(bots.map(({ id: bot }) => [bot, "equal"]));
  compared.set("b7", "different");
  const {
    outcome,
    counts,
    bots: all,
  } = reconcile({ bots, source: rows, target: rows.filter((_, n) => n !== 7), compared });
  expect([outcome, counts]).toEqual(["wrong", { identical: 4_999, missing: 1 }]);
  expect(all.slice(0, 2).map(({ bot }) => bot)).toEqual(["b7", "b4999"]);
});
