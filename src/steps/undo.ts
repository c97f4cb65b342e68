import { commandFor } from "../command-for.ts";
import type { Context } from "../context.ts";
import { dropUndoRecord, readUndoRecord, type UndoRecord } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { listBots } from "../stack/bots.ts";
import { type Deployment, requireConversationTable } from "../stack/deployment.ts";
import { discardDataMigration, discardLoad } from "./discard-load.ts";
import { subscriptionOwner } from "./dms-login.ts";
import { analyzeItems, removeRole, removeSubscription, restoreIndexes, stopDataMigration } from "./finish-target.ts";
import { holdTarget } from "./hold-target.ts";
import { noteNoLoad } from "./note-load.ts";
import { resumeJournaledSync, resumeRecordedSync } from "./pause-sync.ts";
import { recordGone } from "./ride-out-outage.ts";
import {
  beginTakingBack,
  type LeftBot,
  proveTakenBack,
  putAllBack,
  refuseForeignList,
  removeLoaded,
} from "./take-rows-back.ts";
import { untuneIndexes } from "./tune-index.ts";
import { findTemporaryDatabase } from "./temporary-cluster.ts";

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
  const target = deployment.database;
  await resumeJournaledSync(target, context, run);
  const record = await withSession(target, context, readUndoRecord);
  // The record is the last that goes, and a next load would make another.
  if (record === undefined && run.state().steps.has("undo")) return wasTakenBack(context, run);
  if (record?.runId !== run.id) throw noRecord(record, run);
  await run.journal.append({ event: "step-began", step: "undo" });
  await using held = await holdTarget(target, "undo", context, run);
  if (!held.holds) throw recordGone(run);
  // The record goes with the load, and with it the names of the pipes.
  const [left] = await resumeRecordedSync(target, held.context, run);
  if (left !== undefined)
    throw new ExpectedError(`pipe ${left.name} does not run again: ${left.why}`, left.remedy ?? "Run undo again.");
  const now = (await withSession(target, held.context, readUndoRecord)) ?? record;
  const result = await takeBack(deployment, now, held.context, run);
  await noteNoLoad(run);
  // The lease is in the record, and must not be missed when that is dropped.
  await held.stopRenewing();
  await withSession(target, context, (session) => session.transaction({}, dropUndoRecord));
  context.progress.say("new cluster: schema bedrock_chat_migrate dropped");
  await run.journal.append({ event: "step-ended", step: "undo", result: { removed: result.removed } });
  return result;
}

async function wasTakenBack(context: Context, run: Run): Promise<UndoResult> {
  context.progress.say("an earlier call has taken everything back");
  await run.journal.append({ event: "step-ended", step: "undo", result: {} });
  return { run: run.id, removed: 0, putBack: 0, left: [], indexes: [] };
}

function noRecord(record: UndoRecord | undefined, run: Run): ExpectedError {
  return new ExpectedError(
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
  const table = requireConversationTable(deployment);
  const listKnown = async () => new Set((await listBots(context.aws, table)).map((bot) => bot.id));
  const knownBefore = await listKnown();
  await withSession(target, context, (session) => refuseForeignList(session, knownBefore));
  const source = await findTemporaryDatabase(context, run);
  await stopDataMigration(context, run);
  const owner = subscriptionOwner(record);
  await removeSubscription(target, owner, context);
  await removeRole(target, context, run);
  const rows = await withSession(target, context, async (session) => {
    if (record.phase !== "undoing") await beginTakingBack(session, { record, source }, context);
    const removed = await removeLoaded(session, context);
    // As late as can be: a bot that is deleted meanwhile must not get its rows back.
    const counted = await putAllBack(session, await listKnown(), context);
    await proveTakenBack(session, source, context);
    return { removed, ...counted };
  });
  // What DMS made names this load: the next one begins as the first did.
  if (source === undefined) await discardDataMigration(context, run);
  else await discardLoad({ source, target, owner }, context, run);
  const indexes = [...(await restoreIndexes(target, context)), ...(await untuneIndexes(target, context, run))];
  await withSession(target, context, (session) => analyzeItems(session, context));
  return { run: run.id, ...rows, indexes };
}
