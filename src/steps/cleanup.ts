import { commandFor } from "../command-for.ts";
import type { Context } from "../context.ts";
import { withSession } from "../database/with-session.ts";
import { roleExists } from "../database/replication-role.ts";
import type { Database, SqlSession } from "../database/session.ts";
import { strayDmsSubscriptions } from "../database/subscriptions.ts";
import { dropUndoRecord, readUndoRecord } from "../database/undo-record.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { type Residue, tearDown } from "../provision/tear-down.ts";
import { resourceKinds } from "../resources/kinds.ts";
import { readDecisions, unsettled } from "../stack/bot-decisions.ts";
import { countLoaded } from "../stack/loaded-rows.ts";
import { storedBots } from "../stack/stored-rows.ts";
import type { Deployment } from "../stack/deployment.ts";
import { resumeJournaledSync, resumeRecordedSync } from "./pause-sync.ts";
import { replicationRole, subscriptionOwner } from "./dms-login.ts";
import { removeRole, removeSubscription, restoreIndexes, stopDataMigration } from "./finish-target.ts";
import { holdTarget } from "./hold-target.ts";
import { keptSnapshots } from "./kept-snapshots.ts";
import { recoveredNote } from "./recovered-note.ts";

export interface CleanupResult {
  readonly run: string;
  readonly removed: number;
  readonly residue: readonly Residue[];
  /** What stays on purpose, with the command that deletes it. */
  readonly kept: readonly string[];
}

/**
 * Ends a run: takes from the target what the run put there (never the rows), then removes every AWS resource that carries the run's
 * tag. The target comes first, since its subscription must not outlive the source: where that cannot be removed, this throws and removes
 * nothing else. Residue is what could not go.
 */
export async function cleanup(deployment: Deployment, context: Context, run: Run): Promise<CleanupResult> {
  await run.journal.append({ event: "step-began", step: "cleanup" });
  const target = deployment.database;
  // A run that has never come to the target has nothing there, and can be ended from where the target is out of reach.
  const { steps, notes } = run.state();
  const touched = steps.has("prepare-target") || notes.has(recoveredNote);
  const kept: string[] = [];
  const residue = touched ? await cleanBoth(target, kept, context, run) : await tearDown(resourceKinds, context, run);
  const removed = [...run.state().resources.values()].filter((resource) => resource.status === "removed").length;
  if (residue.length === 0) await run.journal.append({ event: "closed" });
  return { run: run.id, removed, residue, kept: [...kept, ...keptSnapshots(run)] };
}

/** The target first, and nothing of it while another command works on it. */
async function cleanBoth(target: Database, kept: string[], context: Context, run: Run): Promise<Residue[]> {
  // Before anything else can fail: users wait for their bots.
  await resumeJournaledSync(target, context, run);
  await using held = await holdTarget(target, "cleanup", context, run);
  const residue = await resumeRecordedSync(target, held.context, run);
  await withSession(target, held.context, (session) => requireNothingStored(session, run));
  kept.push(...(await arrivedRows(target, held.context, run)));
  residue.push(...(await cleanTarget(target, held.context, run)));
  residue.push(...(await tearDown(resourceKinds, held.context, run)));
  // The lease is in the record, and must not be missed when that is dropped.
  await held.stopRenewing();
  if (residue.length === 0) residue.push(...(await endRecord(target, context, run)));
  return residue;
}

/** Rows whose replacement is not there are users' only copy: the record that holds them must not go, nor a half of an undo. */
async function requireNothingStored(session: SqlSession, run: Run): Promise<void> {
  const record = await readUndoRecord(session);
  if (record?.runId !== run.id) return;
  if (record.phase === "undoing" && (await countLoaded(session)) > 0) throw undoFirst(run);
  const open = new Set(unsettled(await readDecisions(session)).map(({ bot }) => bot));
  const ended = record.phase === "settled" || record.phase === "finished";
  const stored = (await storedBots(session)).filter(({ bot }) => !ended || open.has(bot));
  if (stored.length === 0) return;
  if (record.phase === "undoing") throw undoFirst(run);
  const rows = stored.reduce((sum, bot) => sum + bot.rows, 0);
  throw new ExpectedError(
    `The load has not ended well, and ${rows} rows of ${stored.length} bots that it was to replace are stored in the new cluster's schema bedrock_chat_migrate.`,
    `Nothing was removed. Put them back first (${commandFor("undo", run)}), or end the load (${commandFor("start-dms-migration", run)}; where a bot lacks rows since its user has emptied it, its next sync); then run cleanup again.`,
  );
}

function undoFirst(run: Run): ExpectedError {
  return new ExpectedError(
    "An undo of this run has begun and not ended: what it has to remove or put back is in the new cluster's schema bedrock_chat_migrate.",
    `Nothing was removed. End it first: ${commandFor("undo", run)}`,
  );
}

/** What a cleanup leaves that nobody can tell from other rows any more. */
async function arrivedRows(target: Database, context: Context, run: Run): Promise<string[]> {
  const record = await withSession(target, context, readUndoRecord);
  if (record?.runId !== run.id || (record.phase !== "loading" && record.phase !== "loaded")) return [];
  return [
    "Rows that had arrived of the load, which had not ended, stay in the new cluster's table, and nothing tells them from others any more.",
  ];
}

/** Removes the subscriber, which must succeed, and builds the indexes again, which must not keep a paid cluster alive if it cannot. */
async function cleanTarget(target: Database, context: Context, run: Run): Promise<Residue[]> {
  await stopDataMigration(context, run);
  const record = await withSession(target, context, readUndoRecord);
  const ours = record?.runId === run.id;
  const lost = { role: replicationRole(run.id), runId: run.id, foreignSubscriptions: [] };
  await removeSubscription(target, subscriptionOwner(ours ? record : lost), context);
  await removeRole(target, context, run);
  if (!ours) return [];
  try {
    await restoreIndexes(target, context);
    return [];
  } catch (error) {
    context.signal.throwIfAborted();
    const why = error instanceof ExpectedError ? `${error.message} ${error.hint}` : String(error);
    return [{ kind: target.label, name: "vector index", why }];
  }
}

/** A last look at the target: nothing of this run may be there. Then the record goes, which says what to look for. */
async function endRecord(target: Database, context: Context, run: Run): Promise<Residue[]> {
  return withSession(target, context, async (session) => {
    const record = await readUndoRecord(session);
    const ours = record?.runId === run.id;
    const role = replicationRole(run.id);
    const foreign = ours ? record.foreignSubscriptions : [];
    // Made by DMS under another login, it would go on trying to reach a cluster that is gone.
    const strays = (await strayDmsSubscriptions(session)).filter((name) => !foreign.includes(name));
    const left = [
      ...((await roleExists(session, role)) ? [`role ${role}`] : []),
      ...strays.map((name) => `subscription ${name}`),
    ];
    if (ours && left.length === 0) {
      await session.transaction({}, dropUndoRecord);
      context.progress.say("new cluster: schema bedrock_chat_migrate dropped");
    }
    return left.map((name) => ({ kind: target.label, name, why: "it was there at the final look" }));
  });
}
