import { commandFor, type WorksOn } from "../command-for.ts";
import { nextCommand } from "../terminal/fields.ts";
import type { Page } from "../terminal/page.ts";
import { absent, type Cell, table } from "../terminal/table.ts";
import { drawDifferences } from "./draw-differences.ts";
import { drawRetrieval } from "./draw-retrieval.ts";
import { describeFinding } from "./judge-around.ts";
import type { ReconciledBot } from "./reconcile.ts";
import type { SchemaCheck } from "./schema-check.ts";
import type { Verification } from "./verification.ts";

const outcomeColours = { identical: "good", different: "bad", unknown: "bad", sampled: "bad" } as const;

/** What a verification has found, as text for stdout: five lines first, then table by table and bot by bot. */
export function drawVerification(found: Verification, page: Page, on: WorksOn): string {
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
    ...(found.differences === null ? [] : ["", drawDifferences(found.differences)]),
    ...(found.schema === null ? [] : ["", drawSchema(found.schema)]),
    ...(found.retrieval === null ? [] : ["", drawRetrieval(found.retrieval, page)]),
    ...nextSteps(found, page, on),
    ...(found.evidence === undefined ? [] : ["", found.evidence.file, `SHA-256 ${found.evidence.sha256}`]),
  ].join("\n");
}

/** Of what differs, missing and changed rows can be mended from the source. */
function nextSteps({ differences, against }: Verification, page: Page, on: WorksOn): string[] {
  if (differences === null || against.what !== "temporary cluster") return [];
  if (differences.rows.missing + differences.rows.changed === 0) return [];
  return [
    "",
    nextCommand(`${commandFor("repair", on)} (copies missing and changed rows, after a load that has ended)`, page),
  ];
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

/** Where DynamoDB was asked, with what has become of each bot by it. */
function drawBots({ bots, reconciliation }: Verification, page: Page): string {
  const states = new Map(reconciliation?.bots.map((one) => [one.bot, one]));
  const someAside = bots.some(({ setAside }) => setAside > 0);
  const rows = bots.map((one) => [
    one.bot ?? "(no bot)",
    one.title ?? "(unknown to DynamoDB)",
    one.source,
    ...(someAside ? [one.setAside] : []),
    one.target,
    verdict(one.verdict),
    ...(reconciliation === null ? [] : [stateOf(states.get(one.bot))]),
  ]);
  const more = reconciliation === null ? [] : ["by DynamoDB"];
  return table(
    ["bot", "title", "source", ...(someAside ? ["not loaded"] : []), "new cluster", "verdict", ...more],
    rows,
    page,
  );
}

function stateOf(bot: ReconciledBot | undefined): Cell {
  if (bot === undefined) return "";
  const mends = bot.reEmbed === null || bot.wrong ? "" : ", to be embedded again";
  return { text: `${bot.state}${mends}`, colour: bot.wrong ? "bad" : "good" };
}

/** What is as expected is counted, the rest is told. */
function drawSchema({ findings }: SchemaCheck): string {
  const told = findings.filter(({ verdict: one, wrong }) => one !== "same" || wrong);
  const same = findings.length - told.length;
  return [
    `schema: ${same} of ${findings.length} columns, extensions, privileges, indexes are the same`,
    ...told.map(describeFinding),
  ].join("\n");
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
