import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareCounts } from "../../src/verify/compare-counts.ts";
import type { SideCounts } from "../../src/verify/count-rows.ts";

const undecided = { mustHold: "public.items", decided: new Map(), syncedSince: new Set<string>() } as const;

function side(
  rows: number | undefined,
  bots: Record<string, number> = {},
  extra: SideCounts["tables"] = [],
): SideCounts {
  const items = { schema: "public", table: "items", rows };
  return { tables: [items, ...extra], bots: Object.entries(bots).map(([bot, count]) => ({ bot, rows: count })) };
}

function outcome(source: SideCounts, target: SideCounts) {
  return compareCounts({ ...undecided, source, target, bots: [] }).outcome;
}

const notes = { schema: "public", table: 'no "tes"', rows: 3 };

test.each<[string, string, SideCounts, SideCounts]>([
  ["identical", "the same everywhere", side(5, { a: 2, b: 3 }), side(5, { a: 2, b: 3 })],
  ["identical", "empty on both sides", side(0), side(0)],
  ["different", "fewer rows", side(5, { a: 5 }), side(4, { a: 4 })],
  ["different", "the same total, other bots", side(5, { a: 2, b: 3 }), side(5, { a: 3, b: 2 })],
  ["different", "a bot of the target alone", side(2, { a: 2 }), side(2, { b: 2 })],
  ["unknown", "another table that the target lacks", side(1, {}, [notes]), side(1)],
  ["unknown", "another table that the source lacks", side(1), side(1, {}, [notes])],
  ["unknown", "not readable", side(undefined), side(undefined)],
  ["different", "one differs, another is unknown", side(1, { a: 1 }, [notes]), side(2, { a: 2 })],
  ["unknown", "nothing was counted", { tables: [], bots: [] }, { tables: [], bots: [] }],
])("%s: %s", (expected, _, source, target) => {
  expect(outcome(source, target)).toBe(expected);
});

test("bots without rows and rows without a bot are told, with titles where there are any", () => {
  const source = { ...side(1), bots: [{ bot: null, rows: 1 }] };
  const { bots } = compareCounts({ ...undecided, source, target: source, bots: [{ id: "x", title: "ไทย" }] });
  expect(bots).toEqual([
    { bot: null, title: null, source: 1, target: 1, verdict: "equal" },
    { bot: "x", title: "ไทย", source: 0, target: 0, verdict: "equal" },
  ]);
});

test("where the table is missing on one side, the bots' rows there are unknown, not zero", () => {
  const source = side(2, { a: 2 });
  expect(compareCounts({ ...undecided, source, target: { tables: [], bots: [] }, bots: [] })).toMatchObject({
    outcome: "unknown",
    bots: [],
  });
});

test("what was decided, and what users have done since, is as expected; nothing else is", () => {
  const source = side(7, { loaded: 3, synced: 4 });
  const target = side(16, { loaded: 3, synced: 5, kept: 2, made: 6 });
  const question = {
    ...undecided,
    source,
    target,
    bots: [{ id: "made", title: "" }],
    decided: new Map([
      ["kept", { verdict: "kept", rows: 2 }],
      ["gone", { verdict: "deleted since", rows: 4 }],
    ] as const),
    syncedSince: new Set(["synced"]),
  };
  const { tables, bots, ...result } = compareCounts(question);
  expect(result.outcome).toBe("identical");
  expect(tables).toMatchObject([{ source: 7, target: 16, verdict: "as decided" }]);
  expect(Object.fromEntries(bots.map(({ bot, verdict }) => [bot, verdict]))).toEqual({
    loaded: "equal",
    synced: "synced since",
    kept: "kept",
    made: "new since",
    gone: "deleted since",
  });
  const others = [
    { ...question, bots: [] },
    { ...question, syncedSince: new Set<string>() },
    { ...question, decided: new Map() },
    // What was to stay is gone, of a bot that is not.
    {
      ...question,
      target: side(14, { loaded: 3, synced: 5, made: 6 }),
      bots: ["made", "kept"].map((id) => ({ id, title: "" })),
    },
    { ...question, target: side(17, { loaded: 3, synced: 5, kept: 2, made: 6 }) },
    { ...question, target: side(17, { loaded: 3, synced: 5, kept: 2, made: 6, gone: 1 }) },
  ];
  expect(others.map((one) => compareCounts(one).outcome)).toEqual(others.map(() => "different"));
});

test("where the bots cannot be listed, one that only the target has rows of is not judged: unknown, unless something else differs", () => {
  const question = { ...undecided, source: side(2, { a: 2 }), target: side(5, { a: 2, made: 3 }), bots: undefined };
  expect(compareCounts(question)).toMatchObject({
    outcome: "unknown",
    tables: [{ verdict: "not judged" }],
    bots: [{ verdict: "equal" }, { bot: "made", verdict: "not judged" }],
  });
  const gone = {
    source: side(5, { a: 2, gone: 3 }),
    decided: new Map([["gone", { verdict: "deleted since", rows: 3 }]] as const),
  };
  expect(compareCounts({ ...question, ...gone })).toMatchObject({ outcome: "unknown", tables: [{ verdict: "equal" }] });
  const others = [
    { ...question, target: side(4, { a: 1, made: 3 }) },
    { ...question, target: side(6, { a: 2, made: 3 }) },
    { ...question, target: { ...side(5), bots: [...side(2, { a: 2 }).bots, { bot: null, rows: 3 }] } },
  ];
  expect(others.map((one) => compareCounts(one).outcome)).toEqual(others.map(() => "different"));
  const kept = {
    ...question,
    decided: new Map([["made", { verdict: "kept", rows: 3 }]] as const),
    target: side(2, { a: 2 }),
  };
  expect(compareCounts(kept).outcome).toBe("unknown");
  const same = { ...question, target: side(2, { a: 2 }) };
  expect(compareCounts(same).outcome).toBe("identical");
});

test("any change of any number is found", () => {
  const counts = fc.dictionary(fc.string(), fc.nat(9), { minKeys: 1 });
  fc.assert(
    fc.property(counts, fc.nat(), fc.integer({ min: 1, max: 9 }), (bots, pick, by) => {
      const names = Object.keys(bots);
      const changed = { ...bots };
      const name = names[pick % names.length] ?? "";
      changed[name] = (changed[name] ?? 0) + by;
      expect(outcome(side(9, bots), side(9, bots))).toBe("identical");
      expect(outcome(side(9, bots), side(9, changed))).toBe("different");
    }),
  );
});
