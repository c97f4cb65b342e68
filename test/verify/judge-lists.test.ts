import { expect, test } from "vitest";
import { judgeLists } from "../../src/verify/probed-lists.ts";

test.each([
  ["trained", 20_000, 100, [150, 306, 527], "trained"],
  ["nearly all in one list", 20_000, 100, [19_972, 19_972, 3], "trained on nothing"],
  ["few of eight dimensions", 5_000, 100, [64, 461, 545], "trained on nothing"],
  ["one list alone, which has all", 20_000, 1, [20_000, 20_000, 20_000], "trained"],
  ["a small table", 999, 100, [999, 999, 999], "too few rows to tell"],
  ["no plan by the index", 20_000, 100, undefined, "could not be told"],
])("%s", (_, rows, lists, probed, verdict) => {
  const check = judgeLists({ schema: "public", index: "odd Name", rows, lists, probed });
  expect(check.verdict).toBe(verdict);
  expect(check.remedy).toBe(
    verdict === "trained on nothing" ? 'REINDEX INDEX CONCURRENTLY "public"."odd Name";' : null,
  );
});
