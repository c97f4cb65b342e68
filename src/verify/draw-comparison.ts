import { absent, table } from "../terminal/table.ts";
import type { CountsComparison } from "./compare-counts.ts";

const summary = {
  identical: "Identical: every table and every bot has the same number of rows on both sides.",
  different: "DIFFERENT: the rows named above are not the same on both sides.",
  unknown: "COULD NOT VERIFY: not everything could be counted on both sides.",
};

/** A comparison as tables for stdout. Counts prove how many rows there are, not what is in them: the text says so. */
export function drawComparison(comparison: CountsComparison): string {
  const cell = (count: number | null) => count ?? absent;
  const tables = comparison.tables.map((one) => [one.table, cell(one.source), cell(one.target), one.verdict]);
  const bots = comparison.bots.map((one) => [
    one.bot ?? "(no bot)",
    shortened(one.title ?? "(unknown to DynamoDB)"),
    one.source,
    one.target,
    one.verdict,
  ]);
  return [
    table(["table", "temporary cluster", "new cluster", "verdict"], tables),
    "",
    table(["bot", "title", "temporary cluster", "new cluster", "verdict"], bots),
    "",
    summary[comparison.outcome],
  ].join("\n");
}

/** Titles are the users' own: cut by characters as a reader sees them, not inside an emoji or a Thai syllable. */
function shortened(title: string): string {
  const characters = [...new Intl.Segmenter().segment(title.replaceAll(/\s+/g, " "))].map(({ segment }) => segment);
  return characters.length > 32 ? `${characters.slice(0, 31).join("")}…` : characters.join("");
}
