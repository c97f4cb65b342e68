import { describe, expect, test } from "vitest";
import { partsOf, type Stretch } from "../../src/database/survey-table.ts";

const limit = { bytes: 100, rows: 10, pages: 128 };

function stretch(from: number, rows: number, bytes: number, versions = "1"): Stretch {
  return { from, pages: 32, rows, bytes, versions };
}

describe("the parts of a table", () => {
  const cases: Record<string, { stretches: Stretch[]; parts: [from: number, to: number | undefined, rows: number][] }> =
    {
      "an empty table has none": { stretches: [], parts: [] },
      "the first one begins with the table, the last one is open": {
        stretches: [stretch(64, 1, 1)],
        parts: [[0, undefined, 1]],
      },
      "no more rows than the limit": {
        stretches: [stretch(0, 5, 1), stretch(32, 5, 1), stretch(64, 1, 1)],
        parts: [
          [0, 64, 10],
          [64, undefined, 1],
        ],
      },
      "no more bytes than the limit: few large rows after many small ones": {
        stretches: [stretch(0, 4, 4), stretch(32, 4, 90), stretch(64, 1, 90)],
        parts: [
          [0, 64, 8],
          [64, undefined, 1],
        ],
      },
      "no more pages than the limit, though most are empty": {
        stretches: [stretch(0, 1, 1), stretch(96, 1, 1), stretch(128, 1, 1), stretch(8000, 1, 1)],
        parts: [
          [0, 128, 2],
          [128, 8000, 1],
          [8000, undefined, 1],
        ],
      },
      "a stretch that is over the limit by itself is a part": {
        stretches: [stretch(0, 1, 1), stretch(32, 99, 999), stretch(64, 1, 1)],
        parts: [
          [0, 32, 1],
          [32, 64, 99],
          [64, undefined, 1],
        ],
      },
    };
  test.each(Object.entries(cases))("%s", (_, { stretches, parts }) => {
    expect(partsOf(stretches, limit).map(({ from, to, rows }) => [from, to, rows])).toEqual(parts);
  });

  test("sum up the row versions, beyond 2^53", () => {
    const versions = "9007199254740993";
    expect(partsOf([stretch(0, 1, 1, versions), stretch(32, 1, 1, "-1")], limit)).toMatchObject([
      { versions: "9007199254740992" },
    ]);
  });
});
