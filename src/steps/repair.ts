import { commandFor } from "../command-for.ts";
import type { Context } from "../context.ts";
import type { SqlSession, SqlTransaction } from "../database/session.ts";
import { readUndoRecord } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { writeDecisions } from "../stack/bot-decisions.ts";
import { listBots } from "../stack/bots.ts";
import { type Deployment, requireConversationTable } from "../stack/deployment.ts";
import { idsOfBot } from "../stack/item-ids.ts";
import { removeLoadedRows } from "../stack/loaded-rows.ts";
import { createRepairTables, dropStaged, type Written } from "../stack/repair-rows.ts";
import { groupsOf } from "../stack/some-bots.ts";
import type { BotDifferences } from "../verify/differences.ts";
import type { Both } from "../verify/walk-differences.ts";
import { copyRows } from "./copy-rows.ts";
import { holdTarget } from "./hold-target.ts";
import { noteLoad } from "./note-load.ts";
import { type LeftAsItIs, planRepair, type RefusedBot, type RepairPlan } from "./plan-repair.ts";
import { recordGone } from "./ride-out-outage.ts";
import { temporaryDatabase } from "./temporary-cluster.ts";

export interface RepairWishes {
  /** The bots to repair; undefined: all that need it. */
  readonly bots: readonly string[] | undefined;
  /** Asked before the first row is written; throws where the operator does not want it. */
  readonly confirm: (plan: RepairPlan) => Promise<void>;
}

export interface RepairedBot extends Written {
  readonly title: string | null;
}

export interface RepairResult {
  readonly run: string;
  readonly inserted: number;
  readonly changed: number;
  readonly bots: readonly RepairedBot[];
  /** Bots that are not as on the source, and cannot be made so from it. */
  readonly refused: readonly Pick<RefusedBot, "bot" | "title" | "extra" | "movedAway" | "movedHere" | "why">[];
  /** Bots that are as they should be, though not as on the source. */
  readonly left: readonly Pick<LeftAsItIs, "bot" | "title" | "why">[];
}

/** Bots that are repaired in one transaction: of so many rows, or one alone. */
const together = { rows: 5_000, bots: 500 };

/**
 * Copies the missing and changed rows of bots from the temporary cluster: of those bots only that hold nothing but rows of the source. What is
 * written counts as loaded, so that `undo` removes it; rows that are changed are kept in the run's record. Nothing is deleted. Interrupted, it
 * goes on: what is whole already is not copied again. Throws an ExpectedError where this run has not finished a load.
 */
export async function repair(
  wishes: RepairWishes,
  deployment: Deployment,
  context: Context,
  run: Run,
): Promise<RepairResult> {
  const target = deployment.database;
  const source = await temporaryDatabase(context, run);
  await withSession(target, context, (session) => requireFinishedLoad(session, run));
  await run.journal.append({ event: "step-began", step: "repair" });
  await using held = await holdTarget(target, "repair", context, run);
  if (!held.holds) throw recordGone(run);
  const result = await withSession(source, held.context, (here) =>
    withSession(target, held.context, async (there) => {
      await requireFinishedLoad(there, run);
      const repaired = await repairBots({ source: here, target: there }, wishes, deployment, held.context, run);
      await noteLoad(here, there, run);
      return repaired;
    }),
  );
  const { inserted, changed } = result;
  await run.journal.append({ event: "step-ended", step: "repair", result: { inserted, changed } });
  return result;
}

async function requireFinishedLoad(session: SqlTransaction, run: Run): Promise<void> {
  const record = await readUndoRecord(session);
  if (record?.runId === run.id && record.phase === "finished") return;
  if (record?.runId === run.id && record.phase === "undoing")
    throw new ExpectedError(
      `An undo of run ${run.id} has begun and not ended: there is nothing to repair.`,
      `End it first: ${commandFor("undo", run)}`,
    );
  throw new ExpectedError(
    record !== undefined && record.runId !== run.id
      ? `The new cluster is held by run ${record.runId}, not by run ${run.id}.`
      : `Run ${run.id} has not finished a load into the new cluster: there is nothing to repair yet.`,
    `Load first: ${commandFor("start-dms-migration", run)}`,
  );
}

async function repairBots(
  sides: Both<SqlSession>,
  wishes: RepairWishes,
  deployment: Deployment,
  context: Context,
  run: Run,
): Promise<RepairResult> {
  const table = requireConversationTable(deployment);
  const known = await listBots(context.aws, table);
  const plan = await planRepair(sides, { bots: wishes.bots, known }, context);
  if (plan.repair.length + plan.orphaned.length > 0) await wishes.confirm(plan);
  // Also of a repair that was cut off: the application has looked for them before they were there.
  await removeDeleted(sides, plan.orphaned);
  const copied = await copyAll(sides, plan, () => listBots(context.aws, table), context, run);
  return {
    run: run.id,
    inserted: sum(copied.bots, "inserted"),
    changed: sum(copied.bots, "changed"),
    bots: copied.bots,
    refused: [...plan.refused, ...copied.refused].map(({ bot, title, extra, movedAway, movedHere, why }) => ({
      bot,
      title,
      extra,
      movedAway,
      movedHere,
      why,
    })),
    left: [
      ...plan.left.map(({ bot, title, why }) => ({ bot, title, why })),
      ...copied.deleted.map(({ bot, title }) => ({ bot, title, why: "deleted since" as const })),
    ],
  };
}

interface CopiedBots {
  readonly bots: RepairedBot[];
  readonly refused: RefusedBot[];
  /** Deleted by their users while they were copied: their rows are gone again. */
  readonly deleted: RepairedBot[];
}

async function copyAll(
  sides: Both<SqlSession>,
  plan: RepairPlan,
  list: () => Promise<readonly { readonly id: string }[]>,
  context: Context,
  run: Run,
): Promise<CopiedBots> {
  const copied: CopiedBots = { bots: [], refused: [], deleted: [] };
  if (plan.repair.length === 0) return copied;
  const planned = new Map(plan.repair.map((bot) => [bot.bot, bot]));
  const rules = { ...plan, stillHolds: (transaction: SqlTransaction) => requireFinishedLoad(transaction, run) };
  await createRepairTables(sides.target);
  for (const group of groupsOf(plan.repair, rowsOf, together)) {
    context.signal.throwIfAborted();
    using task = context.progress.begin("new cluster");
    const { written, meanwhile } = await copyRows(sides, group, rules, task, context);
    const gone = await deletedSince(written, list);
    await removeDeleted(sides, gone);
    for (const one of written) {
      const bots = one.bot !== null && gone.includes(one.bot) ? copied.deleted : copied.bots;
      bots.push({ ...one, title: planned.get(one.bot)?.title ?? null });
    }
    for (const bot of group.filter((one) => meanwhile.includes(one.bot)))
      copied.refused.push({ ...bot, why: "synced meanwhile" });
    const [inserted, changed] = [sum(written, "inserted"), sum(written, "changed")];
    task.end(`${written.length} bots repaired: ${inserted} rows inserted, ${changed} changed`);
  }
  await dropStaged(sides.target);
  return copied;
}

function rowsOf({ source, target }: BotDifferences): number {
  return Math.max(source, target);
}

function sum(written: readonly Written[], of: "inserted" | "changed"): number {
  return written.reduce((rows, one) => rows + one[of], 0);
}

/** Bots that were deleted while their rows came: the application has looked for them too early. */
async function deletedSince(
  written: readonly Written[],
  list: () => Promise<readonly { readonly id: string }[]>,
): Promise<string[]> {
  const known = new Set(written.length === 0 ? [] : (await list()).map(({ id }) => id));
  // No list of this deployment's bots is empty.
  return known.size === 0 ? [] : written.flatMap(({ bot }) => (bot === null || known.has(bot) ? [] : [bot]));
}

/** Removes from the target the source's rows of bots that were deleted. */
async function removeDeleted({ source, target }: Both<SqlSession>, bots: readonly string[]): Promise<void> {
  for (const bot of bots) {
    const [loaded, there] = [await idsOfBot(source, bot), await idsOfBot(target, bot)];
    const ids = [...there].filter((id) => loaded.has(id));
    if (ids.length === 0) continue;
    await removeLoadedRows(target, ids);
    await writeDecisions(target, [{ bot, decision: "deleted", rows: ids.length }]);
  }
}
