import { expect, test } from "vitest";
import { compareRows } from "../../src/verify/compare-rows.ts";
import { describeRow } from "../../src/verify/describe-difference.ts";
import type { ListedRow } from "../../src/verify/differences.ts";

const columns = [
  { name: "content", type: "text" },
  { name: "embedding", type: "vector(3)" },
];
const changed = (source: string | null, target: string | null, vectors = ["[1,2,0]", "[1,2,0]"]): ListedRow => ({
  kind: "changed",
  bot: "B",
  id: "R",
  columns: compareRows(
    columns,
    { content: source, embedding: vectors[0] ?? null },
    { content: target, embedding: vectors[1] ?? null },
  ),
});

test.each<[ListedRow, string]>([
  [{ kind: "missing", bot: "B", id: "R" }, "row R of bot B is missing"],
  [{ kind: "extra", bot: null, id: "R" }, "row R of no bot is extra"],
  [{ kind: "moved", bot: "B", to: null, id: "R", columns: [] }, "row R of bot B is no bot's now"],
  [changed("x", "x"), "row R of bot B has changed: it was the same when it was looked at again"],
  [
    changed("語x", "語x "),
    "row R of bot B has changed: content: differs in trailing blanks only: 2 characters (4 bytes) against 3 characters (5 bytes), the same before character 3",
  ],
  [
    changed("語x", "語"),
    "row R of bot B has changed: content: truncated by 1 bytes: 2 characters (4 bytes) against 1 characters (3 bytes)",
  ],
  [
    changed("\u00e9", "e\u0301"),
    "row R of bot B has changed: content: differs in Unicode normalisation only (NFC against NFD): 1 characters (2 bytes) against 2 characters (3 bytes), the same before character 1",
  ],
  [changed("", null), "row R of bot B has changed: content: NULL against empty: 0 characters (0 bytes) against NULL"],
  [
    changed("", "", ["[1,2,0]", "[1,2,-0]"]),
    "row R of bot B has changed: embedding: element 3 of 3 differs: 0 (00000000) against -0 (80000000), 0 ULPs apart",
  ],
  [
    { ...changed("a", "b"), kind: "moved", to: "C" } as ListedRow,
    "row R of bot B is bot C's now; content: another text: 1 characters (1 bytes) against 1 characters (1 bytes), the same before character 1",
  ],
])("%j", (row, sentence) => {
  expect(describeRow(row)).toBe(sentence);
});
