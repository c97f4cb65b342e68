import type { Page } from "../terminal/page.ts";
import { absent, type Cell, table } from "../terminal/table.ts";
import type { Verification } from "./verification.ts";

const outcomeColours = { identical: "good", different: "bad", unknown: "bad", sampled: "bad" } as const;

/** What a verification has found, as text for stdout: five lines first, then table by table and bot by bot. */
export function drawVerification(found: Verification, page: Page): string {
  const [first = "", ...rest] = found.summary;
  const more = found.why.slice(3);
  return [
    page.colours[outcomeColours[found.outcome]](first),
    ...rest,
    ...(more.length === 0 ? [] : ["", ...more]),
    "",
    drawTables(found, page),
    "",
    drawBots(found, page),
    ...(found.evidence === undefined ? [] : ["", found.evidence.file, `SHA-256 ${found.evidence.sha256}`]),
  ].join("\n");
}

function drawTables({ tables }: Verification, page: Page): string {
  const rows = tables.map((one) => [
    one.table,
    one.source ?? absent,
    one.target ?? absent,
    verdict(one.notComparable.length === 0 ? one.verdict : `${one.verdict}: ${one.notComparable.join(", ")}`),
  ]);
  return table(["table", "source", "new cluster", "verdict"], rows, page);
}

function drawBots({ bots }: Verification, page: Page): string {
  const rows = bots.map((one) => [
    one.bot ?? "(no bot)",
    one.title ?? "(unknown to DynamoDB)",
    one.source,
    one.target,
    verdict(one.verdict),
  ]);
  return table(["bot", "title", "source", "new cluster", "verdict"], rows, page);
}

const goodVerdicts: readonly string[] = [
  "equal",
  "as decided",
  "kept",
  "deleted since",
  "synced since",
  "new since",
] satisfies readonly (Verification["tables"] | Verification["bots"])[number]["verdict"][];

function verdict(text: string): Cell {
  return { text, colour: goodVerdicts.includes(text) ? "good" : "bad" };
}
