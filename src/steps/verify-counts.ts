import { denialOf } from "../aws/denied.ts";
import type { Context } from "../context.ts";
import { withSession } from "../database/with-session.ts";
import type { Run } from "../provision/run.ts";
import { allEnded } from "../settled.ts";
import { type Bot, listBots } from "../stack/bots.ts";
import type { Deployment } from "../stack/deployment.ts";
import { itemsTable } from "../stack/items-table.ts";
import { usualRecallDrop } from "../verify/choose-lists.ts";
import { compareSides, type Comparison, differingBots } from "../verify/compare-sides.ts";
import type { Differences } from "../verify/differences.ts";
import { expectedSet } from "../verify/expected-set.ts";
import { judgeComparison } from "../verify/judge-comparison.ts";
import type { RetrievalLimits } from "../verify/judge-retrieval.ts";
import { summarise } from "../verify/summarise.ts";
import { judgeOutcome, type Verification, verificationFormat } from "../verify/verification.ts";
import { decidedBots, withoutDecided } from "./decided-bots.ts";
import { type ExpectedSide, findExpectedSide, keepContent } from "./expected-side.ts";
import { lookAround } from "./look-around.ts";
import { nameDifferences } from "./name-differences.ts";
import { readExpected, readSide, type Reading, requireSampled } from "./read-sides.ts";
import { type Tried, tried, unasked } from "./tried.ts";
import { writeEvidence } from "./write-evidence.ts";

/** What the operator asked for. */
export interface VerifyWishes extends Reading, RetrievalLimits {
  /** How many differing rows are listed at most; all are counted. */
  readonly maxDifferences: number;
}

export const usualWishes: VerifyWishes = {
  level: "content",
  maxDifferences: 100,
  maxRecallDrop: usualRecallDrop,
};

/**
 * Reads both sides at once and compares the target with the expected set: the source less what was decided on the way. Throws where a side
 * cannot be read: it never counts as equal. What was found is kept in the run's folder.
 */
export async function verifyCounts(
  wishes: VerifyWishes,
  deployment: Deployment,
  context: Context,
  run: Run,
): Promise<Verification> {
  await note(run, { event: "step-began", step: "verify-counts" });
  const began = context.clock.now();
  const side = await findExpectedSide(deployment, context, run);
  requireSampled(side, wishes);
  const [expected, target, bots] = await allEnded([
    readExpected(side, wishes, context, run),
    readSide(deployment.database, wishes, context),
    knownBots(deployment, context),
  ]);
  const ended = context.clock.now();
  const at = new Date(ended).toISOString();
  const decided = await withSession(deployment.database, context, (session) => decidedBots(session, run));
  const { source, setAside } = side.what === "temporary cluster" ? expected : withoutDecided(expected, decided);
  const byContent = wishes.level !== "counts";
  const comparison = compareSides({ source, target, bots, mustHold, byContent, decided, setAside });
  const named = byContent ? await nameRows(side, comparison, wishes, deployment, context) : unasked;
  const rows = { side, source, target, comparison, bots };
  const around = wishes.level === "all" ? await lookAround(rows, wishes, deployment, context, run) : undefined;
  const differences = named.value;
  const findings = [
    ...judgeComparison({ ...comparison, differences }, mustHold),
    ...(around?.findings ?? []),
    ...named.failed,
  ];
  const sample = wishes.sample ?? null;
  const found = {
    format: verificationFormat,
    run: run.id,
    at,
    seconds: Math.round((ended - began) / 100) / 10,
    level: wishes.level,
    sample,
    against: { what: side.what, at: side.what === "temporary cluster" ? null : side.at },
    ...judgeOutcome(findings, sample),
    rows: rowsOf(comparison),
    expected: expectedSet(comparison.bots),
    tables: comparison.tables,
    bots: comparison.bots,
    differences,
    schema: around?.schema ?? null,
    retrieval: around?.retrieval ?? null,
    reconciliation: around?.reconciliation ?? null,
  } as const;
  const verification = { ...found, summary: summarise(found) };
  if (side.what === "temporary cluster" && byContent && sample === null) await keepContent(expected, at, run);
  const evidence = await writeEvidence(verification, run);
  await note(run, {
    event: "step-ended",
    step: "verify-counts",
    result: { outcome: found.outcome, ...found.rows, evidence: evidence.file, sha256: evidence.sha256 },
  });
  return { ...verification, evidence };
}

/** Names the rows that differ, where both sides are there to be looked at again. */
async function nameRows(
  side: ExpectedSide,
  { bots }: Comparison,
  { maxDifferences }: VerifyWishes,
  { database: target }: Deployment,
  context: Context,
): Promise<Tried<Differences>> {
  if (side.what !== "temporary cluster" || differingBots(bots).length === 0) return unasked;
  const databases = { source: side.database, target };
  return tried("the rows that differ", context, () => nameDifferences(databases, bots, maxDifferences, context));
}

function rowsOf({ tables }: Pick<Comparison, "tables">): Verification["rows"] {
  const items = tables.find(({ table }) => table === mustHold);
  return { source: items?.source ?? null, target: items?.target ?? null };
}

const mustHold = `${itemsTable.schema}.${itemsTable.table}`;

/** A closed run's journal stays as it is. */
async function note(run: Run, line: Parameters<Run["journal"]["append"]>[0]): Promise<void> {
  if (!run.state().closed) await run.journal.append(line);
}

/** Titles make the result readable; what was made since the load is known by them alone. Undefined where they cannot be read. */
async function knownBots(deployment: Deployment, context: Context): Promise<Bot[] | undefined> {
  if (deployment.conversationTable === undefined) return undefined;
  return listBots(context.aws, deployment.conversationTable).catch((error: unknown) => {
    context.signal.throwIfAborted();
    const why = denialOf(error) ?? `DynamoDB answers ${error instanceof Error ? error.message : String(error)}`;
    context.progress.say(`no titles, and bots that were made since the load cannot be told: ${why}`);
    return undefined;
  });
}
