import type { Page } from "../terminal/page.ts";
import { absent, type Cell, table } from "../terminal/table.ts";
import type { ComparedBot, ComparedTable, CountsComparison } from "./compare-counts.ts";

const summary = {
  identical: "Identical: every table and every bot has the same number of rows on both sides.",
  asExpected:
    "Identical: every bot has the same number of rows on both sides, but for those that were kept, deleted, synced or made since.",
  different: "DIFFERENT: the rows named above are not the same on both sides.",
  unknown: "COULD NOT VERIFY: not everything could be counted on both sides.",
  notJudged:
    "COULD NOT VERIFY: of bots that only the new cluster has rows of, DynamoDB could not be asked whether they were made since.",
};

const outcomeColours = { identical: "good", different: "bad", unknown: "bad" } as const;

/** A comparison as tables for stdout. Counts prove how many rows there are, not what is in them: the text says so. */
export function drawComparison(comparison: CountsComparison, page: Page): string {
  const cell = (count: number | null) => count ?? absent;
  const tables = comparison.tables.map((one) => [one.table, cell(one.source), cell(one.target), verdict(one.verdict)]);
  const bots = comparison.bots.map((one) => [
    one.bot ?? "(no bot)",
    one.title ?? "(unknown to DynamoDB)",
    one.source,
    one.target,
    verdict(one.verdict),
  ]);
  return [
    table(["table", "temporary cluster", "new cluster", "verdict"], tables, page),
    "",
    table(["bot", "title", "temporary cluster", "new cluster", "verdict"], bots, page),
    "",
    page.colours[outcomeColours[comparison.outcome]](summaryOf(comparison)),
  ].join("\n");
}

function summaryOf({ outcome, bots }: CountsComparison): string {
  if (outcome === "unknown" && bots.some((bot) => bot.verdict === "not judged")) return summary.notJudged;
  const plain = outcome !== "identical" || bots.every((bot) => bot.verdict === "equal");
  return plain ? summary[outcome] : summary.asExpected;
}

const badVerdicts: readonly string[] = [
  "different",
  "missing on the source",
  "missing on the target",
  "not readable",
  "not judged",
] satisfies readonly (ComparedTable | ComparedBot)["verdict"][];

function verdict(text: string): Cell {
  return { text, colour: badVerdicts.includes(text) ? "bad" : "good" };
}
