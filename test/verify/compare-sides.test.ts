import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareSides, type Question } from "../../src/verify/compare-sides.ts";
import type { DecidedBot } from "../../src/verify/judge-bot.ts";
import type { BotContent, SideContent, TableContent } from "../../src/verify/side-content.ts";

const undecided = { mustHold: "public.items", decided: new Map(), setAside: new Map(), byContent: true } as const;

function table(name: string, rows: number | undefined, more: Partial<TableContent> = {}): TableContent {
  return { schema: "public", table: name, rows, digest: undefined, uncomparable: [], ...more };
}

/** Ids in the order of their letters. */
const ulid = (letter: string) => `01H${letter}${"0".repeat(22)}`;

/** A bot whose rows follow from their number: as many are the same ones. */
function bot(id: string | null, rows: number, more: Partial<BotContent> = {}): BotContent {
  return { bot: id, rows, digest: `${rows}/1`, firstId: ulid("A"), lastId: ulid("M"), ...more };
}

function side(
  rows: number | undefined,
  bots: Record<string, number> = {},
  extra: SideContent["tables"] = [],
): SideContent {
  return { tables: [table("items", rows), ...extra], bots: Object.entries(bots).map(([id, count]) => bot(id, count)) };
}

/** The same with another bot in the place of one of its name. */
function withBot(content: SideContent, other: BotContent): SideContent {
  return { ...content, bots: content.bots.map((one) => (one.bot === other.bot ? other : one)) };
}

function outcome(source: SideContent, target: SideContent) {
  return compareSides({ ...undecided, source, target, bots: [] }).outcome;
}

const notes = table('no "tes"', 3, { digest: "1/1" });
const otherNotes = { ...notes, digest: "1/2" };
const unclear = { ...notes, uncomparable: [{ name: "路径", type: "path[]" }] };
const same = side(5, { a: 2, b: 3 });

test.each<[string, string, SideContent, SideContent]>([
  ["identical", "the same everywhere", same, same],
  ["identical", "another table, too", side(0, {}, [notes]), side(0, {}, [notes])],
  ["different", "another table's rows are not the same", side(0, {}, [notes]), side(0, {}, [otherNotes])],
  ["unknown", "another table's column cannot be compared", side(0, {}, [unclear]), side(0, {}, [unclear])],
  ["different", "as many rows, not the same ones", same, withBot(same, bot("a", 2, { digest: "2/2" }))],
  ["unknown", "a digest that is not known", withBot(same, bot("a", 2, { digest: undefined })), same],
  ["identical", "empty on both sides", side(0), side(0)],
  ["different", "fewer rows", side(5, { a: 5 }), side(4, { a: 4 })],
  ["different", "the same total, other bots", side(5, { a: 2, b: 3 }), side(5, { a: 3, b: 2 })],
  ["different", "a bot of the target alone", side(2, { a: 2 }), side(2, { b: 2 })],
  ["unknown", "another table that the target lacks", side(1, {}, [notes]), side(1)],
  ["unknown", "another table that the source lacks", side(1), side(1, {}, [notes])],
  ["unknown", "not readable", side(undefined), side(undefined)],
  ["different", "one differs, another is unknown", side(1, { a: 1 }, [notes]), side(2, { a: 2 })],
  ["unknown", "nothing was read", { tables: [], bots: [] }, { tables: [], bots: [] }],
])("%s: %s", (expected, _, source, target) => {
  expect(outcome(source, target)).toBe(expected);
});

test("bots without rows and rows without a bot are told, with titles where there are any", () => {
  const source = { ...side(1), bots: [bot(null, 1)] };
  const { bots } = compareSides({ ...undecided, source, target: source, bots: [{ id: "x", title: "ไทย" }] });
  expect(bots).toEqual([
    { bot: null, title: null, source: 1, setAside: 0, target: 1, verdict: "equal" },
    { bot: "x", title: "ไทย", source: 0, setAside: 0, target: 0, verdict: "equal" },
  ]);
});

test("where the table is missing on one side, the bots' rows there are unknown, not zero", () => {
  const source = side(2, { a: 2 });
  expect(compareSides({ ...undecided, source, target: { tables: [], bots: [] }, bots: [] })).toMatchObject({
    outcome: "unknown",
    bots: [],
  });
});

test("what was decided, and what users have done since, is as expected; nothing else is", () => {
  const source = side(7, { loaded: 3, synced: 4 });
  const newer = bot("synced", 5, { firstId: ulid("N"), lastId: ulid("Z") });
  const target = withBot(side(16, { loaded: 3, synced: 5, kept: 2, made: 6 }), newer);
  const question: Question = {
    ...undecided,
    source,
    target,
    bots: ["made", "synced", "loaded"].map((id) => ({ id, title: "" })),
    decided: new Map([
      ["kept", { verdict: "kept", rows: 2, altered: false }],
      ["gone", { verdict: "deleted since", rows: 4, altered: false }],
    ] as const),
  };
  const { tables, bots, ...result } = compareSides(question);
  expect(result.outcome).toBe("identical");
  expect(tables).toMatchObject([{ source: 7, target: 16, verdict: "as decided" }]);
  expect(Object.fromEntries(bots.map((one) => [one.bot, one.verdict]))).toEqual({
    loaded: "equal",
    synced: "synced since",
    kept: "kept",
    made: "new since",
    gone: "deleted since",
  });
  const nobodys = {
    source: { ...side(1), bots: [bot(null, 1)] },
    target: { ...side(1), bots: [bot(null, 1, { digest: "1/2", firstId: ulid("N"), lastId: ulid("Z") })] },
    decided: new Map(),
  };
  const others = [
    { ...question, bots: [] },
    // One row of the source is there still.
    { ...question, target: withBot(target, bot("synced", 5, { firstId: ulid("M"), lastId: ulid("Z") })) },
    // Rows of no bot, which no user can sync.
    { ...question, ...nobodys },
    { ...question, decided: new Map() },
    // What was to stay is gone, of a bot that is not.
    {
      ...question,
      target: side(14, { loaded: 3, synced: 5, made: 6 }),
      bots: ["made", "kept", "synced", "loaded"].map((id) => ({ id, title: "" })),
    },
    { ...question, target: side(17, { loaded: 3, synced: 5, kept: 2, made: 6 }) },
    { ...question, target: side(17, { loaded: 3, synced: 5, kept: 2, made: 6, gone: 1 }) },
  ];
  expect(others.map((one) => compareSides(one).outcome)).toEqual(others.map(() => "different"));
});

test("where the bots cannot be listed, one that only the target has rows of is not judged: unknown, unless something else differs", () => {
  const question = { ...undecided, source: side(2, { a: 2 }), target: side(5, { a: 2, made: 3 }), bots: undefined };
  expect(compareSides(question)).toMatchObject({
    outcome: "unknown",
    tables: [{ verdict: "not judged" }],
    bots: [{ verdict: "equal" }, { bot: "made", verdict: "not judged" }],
  });
  const gone = {
    source: side(5, { a: 2, gone: 3 }),
    decided: new Map([["gone", { verdict: "deleted since", rows: 3, altered: false }]] as const),
  };
  expect(compareSides({ ...question, ...gone })).toMatchObject({ outcome: "unknown", tables: [{ verdict: "equal" }] });
  const others = [
    { ...question, target: side(4, { a: 1, made: 3 }) },
    { ...question, target: side(6, { a: 2, made: 3 }) },
    { ...question, target: { ...side(5), bots: [...side(2, { a: 2 }).bots, bot(null, 3)] } },
  ];
  expect(others.map((one) => compareSides(one).outcome)).toEqual(others.map(() => "different"));
  const kept = {
    ...question,
    decided: new Map([["made", { verdict: "kept", rows: 3, altered: false }]] as const),
    target: side(2, { a: 2 }),
  };
  expect(compareSides(kept).outcome).toBe("unknown");
  const nothingElse = { ...question, target: side(2, { a: 2 }) };
  expect(compareSides(nothingElse).outcome).toBe("identical");
});

test("by counts alone, as many rows are the same ones, unless their ids are of another time", () => {
  const byCounts = (target: SideContent) =>
    compareSides({
      ...undecided,
      byContent: false,
      source: same,
      target,
      bots: ["a", "b"].map((id) => ({ id, title: "" })),
    }).bots[0]?.verdict;
  expect(byCounts(withBot(same, bot("b", 3, { digest: undefined })))).toBe("equal");
  expect(byCounts(withBot(same, bot("b", 3, { firstId: ulid("B") })))).toBe("content differs");
  expect(byCounts(withBot(same, bot("b", 3, { firstId: ulid("N"), lastId: ulid("Z") })))).toBe("synced since");
});

test("a bot that its user has deleted since has no rows, rightly; by a list that knows none of the bots, none was deleted", () => {
  const target = side(3, { b: 3 });
  const by = (...ids: string[]) =>
    compareSides({ ...undecided, source: same, target, bots: ids.map((id) => ({ id, title: "" })) }).bots;
  expect(by("b").map(({ verdict }) => verdict)).toEqual(["equal", "deleted since"]);
  expect(by("a", "b").map(({ verdict }) => verdict)).toEqual(["equal", "different"]);
  expect(by("other").map(({ verdict }) => verdict)).toEqual(["equal", "different", "equal"]);
});

test("rows of a later sync are recognised by the time of their ids, and only of a bot that there is", () => {
  const later = withBot(same, bot("b", 1, { firstId: ulid("N"), lastId: ulid("N") }));
  const verdictOf = (target: SideContent, source: SideContent, bots: Question["bots"]) =>
    compareSides({ ...undecided, source, target, bots }).bots.find((one) => one.bot === "b")?.verdict;
  const listed = ["a", "b"].map((id) => ({ id, title: "" }));
  expect(verdictOf(later, same, listed)).toBe("synced since");
  expect(verdictOf(later, same, [{ id: "a", title: "" }])).toBe("different");
  expect(verdictOf(later, same, undefined)).toBe("not judged");
  const noUlids = (first: string, last: string) => ({ firstId: first, lastId: last });
  expect(
    verdictOf(withBot(same, bot("b", 1, noUlids("x", "x"))), withBot(same, bot("b", 3, noUlids("1", "3"))), listed),
  ).toBe("different");
});

test("what was to stay, and what was set aside, is looked at", () => {
  const of = (target: SideContent, more: Partial<Question>) => {
    const question = {
      ...undecided,
      source: side(2, { b: 2 }),
      target,
      bots: ["a", "b"].map((id) => ({ id, title: "" })),
    };
    const { outcome: found, bots } = compareSides({ ...question, ...more });
    return [found, bots.find((one) => one.bot === "a")?.verdict];
  };
  const decided = (verdict: DecidedBot["verdict"], altered = false) => ({
    decided: new Map([["a", { verdict, rows: 5, altered }]]),
    setAside: new Map([["a", 5]]),
  });
  expect(of(side(7, { a: 5, b: 2 }), decided("kept"))).toEqual(["identical", "kept"]);
  expect(of(side(3, { a: 1, b: 2 }), decided("kept", true))).toEqual(["different", "altered"]);
  // DynamoDB knows it after all.
  expect(of(side(2, { b: 2 }), decided("deleted since"))).toEqual(["different", "different"]);
  // An undo has taken the decision back.
  expect(of(side(2, { b: 2 }), { setAside: new Map([["a", 5]]) })).toEqual(["different", "different"]);
  const deleted = { source: same, bots: [{ id: "b", title: "" }] };
  expect(of(same, deleted)).toEqual(["different", "orphaned"]);
});

test("a column that cannot be compared is not waved through with rows that users wrote; tables are told apart by schema and name", () => {
  const items = (rows: number) => table("items", rows, { uncomparable: unclear.uncomparable });
  const question = { ...undecided, bots: ["a", "b"].map((id) => ({ id, title: "" })) };
  const source = { ...side(2, { b: 2 }), tables: [items(2)] };
  const target = { ...side(3, { a: 1, b: 2 }), tables: [items(3)] };
  expect(compareSides({ ...question, source, target }).outcome).toBe("unknown");
  const dotted = (rows: number) => [
    { ...notes, schema: "a", table: "b.c", rows },
    { ...notes, schema: "a.b", table: "c" },
  ];
  const [left, right] = [side(0, {}, dotted(9)), side(0, {}, dotted(0))];
  expect(compareSides({ ...question, source: left, target: right }).outcome).toBe("different");
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
