import { denialOf } from "../aws/denied.ts";
import type { Context } from "../context.ts";
import { type Database, sqlState } from "../database/session.ts";
import { withSession } from "../database/with-session.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { allEnded } from "../settled.ts";
import { type Bot, listBots } from "../stack/bots.ts";
import type { Deployment } from "../stack/deployment.ts";
import { itemsTable } from "../stack/items-table.ts";
import { compareSides, type Comparison, differingBots } from "../verify/compare-sides.ts";
import { expectedSet } from "../verify/expected-set.ts";
import { judgeComparison } from "../verify/judge-comparison.ts";
import { type RetrievalLimits, usualRecallDrop } from "../verify/judge-retrieval.ts";
import { summarise } from "../verify/summarise.ts";
import { type Finding, judgeOutcome, type Verification, verificationFormat } from "../verify/verification.ts";
import { decidedBots, withoutDecided } from "./decided-bots.ts";
import { findExpectedSide, keepContent } from "./expected-side.ts";
import { lookAround } from "./look-around.ts";
import { nameDifferences } from "./name-differences.ts";
import { readExpected, readSide, type Reading, requireSampled } from "./read-sides.ts";
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
  const name = (database: Database) =>
    nameDifferences({ source: database, target: deployment.database }, comparison.bots, wishes.maxDifferences, context);
  const comparison = compareSides({ source, target, bots, mustHold, byContent, decided, setAside });
  const isToName = byContent && "database" in side && differingBots(comparison.bots).length > 0;
  const named = isToName ? await tried("the rows that differ", context, () => name(side.database)) : unasked;
  const rows = { side, source, target, comparison, bots };
  const looked =
    wishes.level === "all"
      ? await tried("what is around the rows", context, () => lookAround(rows, wishes, deployment, context, run))
      : unasked;
  const [differences, around] = [named.value ?? null, looked.value];
  const findings = [
    ...judgeComparison({ ...comparison, differences }, mustHold),
    ...(around?.findings ?? []),
    ...named.failed,
    ...looked.failed,
  ];
  const sample = wishes.sample ?? null;
  const found = {
    format: verificationFormat,
    run: run.id,
    at,
    seconds: Math.round((ended - began) / 100) / 10,
    level: wishes.level,
    sample,
    against: { what: side.what, at: "at" in side ? side.at : null },
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
  if ("database" in side && byContent && sample === null) await keepContent(expected, at, run);
  const evidence = await writeEvidence(verification, run);
  await note(run, {
    event: "step-ended",
    step: "verify-counts",
    result: { outcome: found.outcome, ...found.rows, evidence: evidence.file, sha256: evidence.sha256 },
  });
  return { ...verification, evidence };
}

interface Tried<T> {
  readonly value: T | undefined;
  readonly failed: readonly Finding[];
}

const unasked = { value: undefined, failed: [] };

/** What has been found by now is not lost where the rest cannot be looked at: that is a finding, too. A defect of ours is thrown. */
async function tried<T>(what: string, { signal }: Context, work: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { value: await work(), failed: [] };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ExpectedError) && sqlState(error) === "") throw error;
    return {
      value: undefined,
      failed: [{ verdict: "unknown", why: `${what} could not be looked at: ${messageOf(error)}` }],
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
