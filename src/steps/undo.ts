import { commandFor } from "../command-for.ts";
import type { Context } from "../context.ts";
import { lockTimeout, underLock } from "../database/build-index.ts";
import type { Database, SqlSession } from "../database/session.ts";
import { dropUndoRecord, readUndoRecord, type UndoRecord } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import { ExpectedError } from "../errors.ts";
import type { Task } from "../progress.ts";
import type { Run } from "../provision/run.ts";
import { listBots } from "../stack/bots.ts";
import { type Deployment, requireConversationTable } from "../stack/deployment.ts";
import { hasRows } from "../stack/item-ids.ts";
import { items } from "../stack/items-table.ts";
import { countLoaded, takeBackPortion } from "../stack/loaded-rows.ts";
import { putBack, storedBots } from "../stack/stored-rows.ts";
import { compareIds } from "./compare-ids.ts";
import { discardDataMigration, discardLoad } from "./discard-load.ts";
import { subscriptionOwner } from "./dms-login.ts";
import { removeRole, removeSubscription, restoreIndexes, stopDataMigration } from "./finish-target.ts";
import { holdTarget } from "./hold-target.ts";
import { resumeRecordedSync } from "./pause-sync.ts";
import { noteLoaded } from "./settle-load.ts";
import { findTemporaryDatabase } from "./temporary-cluster.ts";

/** A bot whose stored rows were not put back, and why. */
export interface LeftBot {
  readonly bot: string | null;
  readonly rows: number;
  readonly why: "synced since" | "deleted since";
}

/** It as a sentence. */
export function describeLeft({ bot, rows, why }: LeftBot): string {
  const reason = why === "synced since" ? "its user has synced it since, and that stays" : "it was deleted since";
  return `bot ${bot ?? "(none)"}: ${rows} replaced rows were not put back: ${reason}`;
}

export interface UndoResult {
  readonly run: string;
  /** Loaded rows that were removed, rows that were replaced by the load and are back. */
  readonly removed: number;
  readonly putBack: number;
  readonly left: readonly LeftBot[];
  readonly indexes: readonly string[];
}

/**
 * Takes a run's load back: removes exactly the rows that it loaded, puts back what they replaced, builds the vector index again, and removes
 * the record from the target, which is then as if the load had never begun. The temporary cluster stays. Interrupted, it goes on.
 */
export async function undo(deployment: Deployment, context: Context, run: Run): Promise<UndoResult> {
  await run.journal.append({ event: "step-began", step: "undo" });
  const target = deployment.database;
  const record = await requireRecord(target, context, run);
  await using held = await holdTarget(target, "undo", context, run);
  // The record goes with the load, and with it the names of the pipes.
  const [left] = await resumeRecordedSync(target, held.context, run);
  if (left !== undefined)
    throw new ExpectedError(`pipe ${left.name} does not run again: ${left.why}`, left.remedy ?? "Run undo again.");
  const result = await takeBack(deployment, record, held.context, run);
  // The lease is in the record, and must not be missed when that is dropped.
  await held.stopRenewing();
  await withSession(target, context, (session) => session.transaction({}, dropUndoRecord));
  context.progress.say("new cluster: schema bedrock_chat_migrate dropped");
  await run.journal.append({ event: "step-ended", step: "undo", result: { removed: result.removed } });
  return result;
}

async function requireRecord(target: Database, context: Context, run: Run): Promise<UndoRecord> {
  const record = await withSession(target, context, readUndoRecord);
  if (record?.runId === run.id) return record;
  throw new ExpectedError(
    record === undefined
      ? `The new cluster holds no record of run ${run.id}: there is nothing to take back, or cleanup has ended the run.`
      : `The new cluster is held by run ${record.runId}, not by run ${run.id}.`,
    record === undefined
      ? "What a run has loaded is known until its cleanup. After it, the snapshot of the new cluster is the way back."
      : commandFor("undo", { stack: record.stack, run: record.runId }),
  );
}

async function takeBack(deployment: Deployment, record: UndoRecord, context: Context, run: Run): Promise<UndoResult> {
  const target = deployment.database;
  const bots = await listBots(context.aws, requireConversationTable(deployment));
  const source = await findTemporaryDatabase(context, run);
  await stopDataMigration(context, run);
  const owner = subscriptionOwner(record);
  await removeSubscription(target, owner, context);
  await removeRole(target, context, run);
  const known = new Set(bots.map((bot) => bot.id));
  const rows = await withSession(target, context, async (session) => {
    if (record.phase === "loading" || record.phase === "loaded") await noteFromSource(session, source, context);
    const removed = await removeLoaded(session, context);
    const { back, ...counted } = await putAllBack(session, known, context);
    await proveTakenBack(session, source, back, context);
    return { removed, ...counted };
  });
  // What DMS made names this load: the next one begins as the first did.
  if (source === undefined) await discardDataMigration(context, run);
  else await discardLoad({ source, target, owner }, context, run);
  const indexes = await restoreIndexes(target, context);
  await withSession(target, context, (session) => session.query(`analyze ${items}`));
  return { run: run.id, ...rows, indexes };
}

/** A load that was not settled has not noted what it loaded: the temporary cluster tells. */
async function noteFromSource(target: SqlSession, source: Database | undefined, context: Context): Promise<void> {
  if (source === undefined)
    throw new ExpectedError(
      "The temporary cluster is gone, and the load was not finished: nothing tells which of the new cluster's rows were loaded.",
      "Nothing was removed. The snapshot of the new cluster, taken before the load, is the way back.",
    );
  const comparison = await withSession(source, context, (session) => compareIds(session, target));
  await noteLoaded(target, comparison);
}

async function removeLoaded(session: SqlSession, context: Context): Promise<number> {
  using task = context.progress.begin("new cluster");
  const total = await countLoaded(session);
  let [noted, removed] = [0, 0];
  for (;;) {
    context.signal.throwIfAborted();
    const taken = await takeBackPortion(session);
    noted += taken.notes;
    removed += taken.rows;
    if (taken.notes === 0) break;
    task.measure({ phase: "removing loaded rows", done: noted, total, unit: "rows" });
  }
  task.end(`${removed.toLocaleString("en-US")} loaded rows removed`);
  return removed;
}

/** Puts back what the load replaced; not beside what a user's sync has written since, nor of a bot that was deleted since. */
async function putAllBack(
  session: SqlSession,
  known: ReadonlySet<string>,
  context: Context,
): Promise<Pick<UndoResult, "putBack" | "left"> & { readonly back: ReadonlySet<string | null> }> {
  const left: LeftBot[] = [];
  const back = new Set<string | null>();
  let rowsBack = 0;
  using task = context.progress.begin("new cluster");
  for (const { bot, rows } of await storedBots(session)) {
    const isKnown = bot === null || known.has(bot);
    const answer = isKnown ? await putBotBack(session, bot, task, context) : "deleted since";
    if (typeof answer === "string") left.push({ bot, rows, why: answer });
    else {
      rowsBack += answer;
      back.add(bot);
    }
  }
  task.end(rowsBack === 0 ? undefined : `${rowsBack.toLocaleString("en-US")} replaced rows put back`);
  return { putBack: rowsBack, left, back };
}

/** Puts a bot's rows back unless it has rows again: its user has synced it since, and no sync can come in between. */
async function putBotBack(
  session: SqlSession,
  bot: string | null,
  task: Task,
  context: Context,
): Promise<number | "synced since"> {
  return underLock("Putting replaced rows back", task, context, () =>
    session.transaction({ settings: { lock_timeout: lockTimeout } }, async (transaction) => {
      await transaction.query(`lock table ${items} in share row exclusive mode`);
      return (await hasRows(transaction, bot)) ? "synced since" : putBack(transaction, bot);
    }),
  );
}

/** Looks once more, by the ids of the temporary cluster where it is still there: only rows that were put back may be among them. */
async function proveTakenBack(
  session: SqlSession,
  source: Database | undefined,
  back: ReadonlySet<string | null>,
  context: Context,
): Promise<void> {
  const noted = await countLoaded(session);
  const { whole, differing } =
    source === undefined
      ? { whole: [], differing: [] }
      : await withSession(source, context, (here) => compareIds(here, session));
  const present = [...whole, ...differing.filter(({ loaded }) => loaded.length > 0)];
  const bots = present.map(({ bot }) => bot).filter((bot) => !back.has(bot));
  if (noted === 0 && bots.length === 0) return;
  throw new ExpectedError(
    `Loaded rows are still on the new cluster${bots.length > 0 ? `, of ${bots.length} bots: ${bots.map((bot) => bot ?? "(none)").join(", ")}` : ""}.`,
    "Run undo again; if they come back, something else loads them: `status` shows what is there.",
  );
}
