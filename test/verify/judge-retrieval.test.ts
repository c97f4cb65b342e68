import { describe, expect, test } from "vitest";
import { adviceOn } from "../../src/verify/advise-index.ts";
import { fewerLists } from "../../src/verify/choose-lists.ts";
import { judgeRetrieval } from "../../src/verify/judge-retrieval.ts";
import {
  latencyOf,
  type MeasuredBot,
  recallOf,
  recallOfAll,
  type RetrievalMeasure,
} from "../../src/verify/retrieval-measure.ts";
import { withNoise } from "../../src/verify/retrieval-queries.ts";

const definition = "CREATE INDEX i ON public.items USING ivfflat (embedding) WITH (lists='100')";

/** A bot of which each query had this recall; the queries are called q0, q1 ... */
function bot(name: string, recalls: readonly number[], more: Partial<MeasuredBot> = {}): MeasuredBot {
  const answers = recalls.map((recall, at) => ({ id: `q${at}`, recall, rows: 20, milliseconds: 1 }));
  const about = { plan: "i", latency: latencyOf(answers), fewer: 0, sampled: answers.map(({ id }) => id), why: null };
  return { bot: name, rows: 1000, recall: recallOfAll(answers), answers, ...about, ...more };
}

function measure(...bots: readonly MeasuredBot[]): RetrievalMeasure {
  const answers = bots.flatMap((one) => one.answers);
  const others = { bots: 0, rows: 0 };
  const about = { k: 20, noise: 0.05, seed: "1", rows: 1000, index: { index: "i", definition }, others };
  return { ...about, bots: [...bots], recall: recallOfAll(answers), latency: latencyOf(answers) };
}

const limits = { maxRecallDrop: 0.02 };

describe("recall", () => {
  test.each([
    ["all", [1, 2, 3], [1, 2, 3], 1],
    ["a farther one in place of a right one", [1, 2, 4], [1, 2, 3], 2 / 3],
    ["another row as near as the last right one", [1, 3, 3], [1, 2, 3], 1],
    ["fewer rows", [1], [1, 2, 3, 4], 0.25],
    ["no row", [], [1, 2], 0],
    ["nothing to find", [], [], undefined],
  ])("%s", (_, found, exact, expected) => {
    expect(recallOf(found, exact)).toBe(expected);
  });

  test("the mean and the worst, of what was measured", () => {
    expect(recallOfAll([{ recall: 1 }, { recall: null }, { recall: 0.5 }])).toEqual({ mean: 0.75, worst: 0.5 });
    expect(recallOfAll([{ recall: null }])).toBeNull();
  });

  test("percentiles by nearest rank", () => {
    expect(latencyOf([5, 1, 9, 3].map((milliseconds) => ({ milliseconds })))).toEqual({ p50: 3, p95: 9 });
    expect(latencyOf([])).toBeNull();
  });
});

describe("the verdict", () => {
  const good = bot("a", [1, 1]);
  test.each<[string, RetrievalMeasure, RetrievalMeasure | undefined, number | undefined, string]>([
    ["no row anywhere", measure(), undefined, undefined, "not measured"],
    ["as much", measure(good), measure(good), undefined, "as good as before"],
    ["two of a hundred less", measure(bot("a", [0.98, 0.98])), measure(good), undefined, "as good as before"],
    ["three of a hundred less", measure(bot("a", [0.97, 0.97])), measure(good), undefined, "worse"],
    [
      "one query alone",
      measure(bot("a", [...Array<number>(99).fill(1), 0.5])),
      measure(bot("a", Array<number>(100).fill(1))),
      undefined,
      "worse",
    ],
    ["more than before", measure(good), measure(bot("a", [0.2, 0.2])), undefined, "as good as before"],
    ["a small bot among good ones", measure(good, bot("b", [0.5])), measure(good, bot("b", [1])), undefined, "worse"],
    [
      "a harder query that was not asked before",
      measure(bot("a", [1, 1, 0])),
      measure(good),
      undefined,
      "as good as before",
    ],
    [
      "before it was exact, so that any query is known",
      measure(bot("a", [1, 1, 0])),
      measure(bot("a", [1], { plan: "exact" })),
      undefined,
      "worse",
    ],
    ["nothing is known of before", measure(bot("a", [0.5])), undefined, undefined, "no baseline"],
    ["nothing is known of before, and all is found", measure(good), undefined, undefined, "as good as before"],
    ["not enough", measure(bot("a", [0.5])), undefined, 0.6, "below --min-recall"],
    ["as bad as before, and not enough", measure(bot("a", [0.5])), measure(bot("a", [0.5])), 0.6, "below --min-recall"],
    ["it took too long", measure(bot("a", [])), measure(good), undefined, "not measured"],
    ["a bot without a vector", measure(good, bot("b", [], { rows: 0 })), measure(good), undefined, "as good as before"],
  ])("%s", (_, now, before, minRecall, verdict) => {
    expect(judgeRetrieval(now, before, { ...limits, minRecall }).verdict).toBe(verdict);
  });

  test.each([
    [100, undefined, 0.7, 25],
    [25, 0.5, 0.9, 6],
    [25, 0.7, 0.8, 1],
    [3, undefined, 0.9, 1],
    [1, undefined, 0.9, undefined],
    [100, undefined, 0.3, 1],
    [100, undefined, 1, undefined],
  ])("of %i lists with a recall of %s, then %f, %s are tried next", (lists, earlier, recall, next) => {
    const judge = (one: number) => judgeRetrieval(measure(bot("a", [one])), measure(good), limits);
    expect(fewerLists(lists, judge(recall), earlier === undefined ? undefined : judge(earlier))).toBe(next);
  });

  test("advice is for an index that finds little; a query that no vector index serves needs none", () => {
    expect(adviceOn(measure(bot("a", [0.6])))).toEqual([
      expect.stringContaining("SET ivfflat.probes = 10;"),
      expect.stringContaining("USING hnsw"),
    ]);
    expect(adviceOn(measure(good))).toEqual([]);
    expect(adviceOn(measure(bot("a", [0.6], { plan: "exact" })))).toEqual([]);
  });
});

test("a query lies beside the stored vector by its share of the length, and is the same each time", () => {
  const stored = "[0.1,-3e-05,2,1e-40]";
  const query = withNoise(stored, { noise: 0.05, seed: "1a" });
  const apart = (JSON.parse(query) as number[]).map((one, at) => one - ((JSON.parse(stored) as number[])[at] ?? 0));
  expect(Math.hypot(...apart)).toBeCloseTo(0.05 * Math.hypot(0.1, 3e-5, 2), 6);
  expect(withNoise(stored, { noise: 0.05, seed: "1a" })).toBe(query);
  expect(withNoise(stored, { noise: 0.05, seed: "1b" })).not.toBe(query);
  expect(withNoise("[0,0]", { noise: 0.05, seed: "1" })).toBe("[0,0]");
});
