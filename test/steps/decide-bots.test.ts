import { expect, test } from "vitest";
import { decideBots } from "../../src/steps/decide-bots.ts";
import { judgeOverlap } from "../../src/steps/judge-overlap.ts";

const known = ["a", "b", "new"].map((id) => ({ id, title: `"${id}" ค` }));
const source = [
  { bot: "a", rows: 3 },
  { bot: "b", rows: 2 },
  { bot: "gone", rows: 4 },
  { bot: null, rows: 1 },
];

test("bots of both sides are kept or replaced, deleted ones are not loaded, all others are", () => {
  const target = [
    { bot: "a", rows: 7 },
    { bot: "new", rows: 9 },
    { bot: "gone", rows: 1 },
    { bot: null, rows: 2 },
  ];
  const decide = (onExisting: "keep-target" | "replace-target") => decideBots({ source, target, known, onExisting });
  const own = { bot: "new", decision: "own", rows: 9 };
  const gone = { bot: "gone", decision: "deleted", rows: 4 };
  expect(decide("keep-target")).toEqual({
    findings: [],
    decisions: [{ bot: "a", decision: "kept", rows: 7 }, gone, { bot: null, decision: "kept", rows: 2 }, own],
  });
  expect(decide("replace-target").decisions).toEqual([
    { bot: "a", decision: "replaced", rows: 7 },
    gone,
    { bot: null, decision: "replaced", rows: 2 },
    own,
  ]);
  const { decisions, findings } = decideBots({ source, target, known, onExisting: "abort" });
  expect(decisions).toEqual([]);
  expect(findings.map(({ what }) => what)).toEqual([expect.stringMatching(/19 rows of 4 bots[^]*new .*: 9 rows/)]);
  expect(decideBots({ source, target: [], known, onExisting: "abort" })).toEqual({ decisions: [gone], findings: [] });
});

test("a list of bots that knows none of the source's stands against the load, and so does an empty source", () => {
  const question = { target: [], known: [{ id: "other", title: "" }], onExisting: "keep-target" } as const;
  expect(decideBots({ ...question, source }).findings).toHaveLength(1);
  expect(decideBots({ ...question, source: [] }).findings[0]?.what).toContain("no rows at all");
  expect(decideBots({ ...question, source: [{ bot: null, rows: 1 }] }).findings).toEqual([]);
});

const overlap = { bot: "a", loaded: ["1", "2"], foreign: ["x"], missing: 0 };

test.each([
  ["deleted meanwhile", overlap, false, "abort", "deleted", "loaded"],
  ["synced beside, no choice", overlap, true, "abort", "mixed", "nothing"],
  ["synced beside, the user's stay", overlap, true, "keep-target", "synced", "loaded"],
  ["synced beside, the old ones stay", overlap, true, "replace-target", "replaced", "foreign"],
  ["the old ones are not all there", { ...overlap, missing: 1 }, true, "replace-target", "mixed", "nothing"],
  ["synced over", { ...overlap, loaded: [], missing: 2 }, true, "abort", "synced", "nothing"],
  ["rows that have not arrived", { ...overlap, foreign: [], missing: 2 }, true, "keep-target", "incomplete", "nothing"],
] as const)("after the load: %s", (_, found, isKnown, onExisting, decision, remove) => {
  expect(judgeOverlap(found, { known: isKnown, onExisting })).toMatchObject({ decision, remove });
});
