import { commandFor } from "../command-for.ts";
import type { MigrationType } from "../aws/data-migration-options.ts";
import type { Context } from "../context.ts";
import { requireConcurrently } from "../database/build-concurrently.ts";
import { withSession } from "../database/with-session.ts";
import type { Database } from "../database/session.ts";
import { isLoaded, readUndoRecord, setOnExisting, type UndoRecord } from "../database/undo-record.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { findDataMigration } from "../resources/dms-data-migration.ts";
import type { Deployment } from "../stack/deployment.ts";
import { readDecisions, unsettled } from "../stack/bot-decisions.ts";
import { countLoaded } from "../stack/loaded-rows.ts";
import { onExistingChoices, type OnExisting } from "../stack/on-existing.ts";
import { dataMigrationName } from "./dms-graph.ts";
import { roleOf, subscriptionOwner } from "./dms-login.ts";
import { dropIndexes } from "./drop-indexes.ts";
import { restoreAfterFailure } from "./restore-after-failure.ts";
import { choosePlacement, type Placement } from "./dms-placement.ts";
import { refuseOldCluster } from "./judge-stack.ts";
import { type LoadConduct, usualConduct } from "./load-conduct.ts";
import { noteLoad } from "./note-load.ts";
import { pauseSync, resumingSync } from "./pause-sync.ts";
import { awaitTarget, recordGone, throughOutages } from "./ride-out-outage.ts";
import { syncPipes } from "../stack/sync-pipes.ts";
import { type Finished, finishTarget } from "./finish-target.ts";
import { holdTarget } from "./hold-target.ts";
import { lookAtAccount } from "./look-at-account.ts";
import { type LoadSettings, type LoadWishes, madeSettings } from "./load-settings.ts";
import { prepareTarget } from "./prepare-target.ts";
import { runDataMigration } from "./run-data-migration.ts";
import { refuseUnsettled, settleLoad } from "./settle-load.ts";
import { targetSnapshotsOf } from "./target-snapshot.ts";
import type { IndexTuning } from "./tune-index.ts";
import { temporaryDatabase } from "./temporary-cluster.ts";

/** What the operator asked for, and how it is gone about. */
export interface StartWishes extends LoadWishes {
  /** The usual one when left out. */
  readonly conduct?: LoadConduct;
}

export interface StartDmsMigrationResult {
  readonly run: string;
  readonly dataMigration: string;
  readonly migrationType: MigrationType;
  readonly rows: number;
  readonly indexes: readonly string[];
  /** What became of the vector index after it was built as it was. */
  readonly retrieval: IndexTuning;
  /** Of the new cluster as it was before the run changed it; null where none was asked for. */
  readonly targetSnapshot: string | null;
  readonly seconds: number;
}

/**
 * Moves the data: prepare-target, run-data-migration, finish-target. Each asks the databases and AWS what is done already, so calling
 * it again goes on where a killed call stopped.
 */
export async function startDmsMigration(
  wishes: StartWishes,
  deployment: Deployment,
  context: Context,
  run: Run,
): Promise<StartDmsMigrationResult> {
  return resumingSync(deployment.database, context, run, () => loadOnce(wishes, deployment, context, run));
}

async function loadOnce(
  wishes: StartWishes,
  deployment: Deployment,
  context: Context,
  run: Run,
): Promise<StartDmsMigrationResult> {
  const began = context.clock.now();
  const conduct = wishes.conduct ?? usualConduct;
  const pipes = conduct.pauseSync ? await syncPipes(context.aws, deployment.stack) : [];
  const source = await temporaryDatabase(context, run);
  const target = deployment.database;
  const { DBClusterIdentifier: identifier = "", StorageEncrypted: encrypted = false } = deployment.cluster;
  refuseOldCluster(deployment.stack, { identifier, encrypted });
  await bindTarget(deployment, run);
  const outages = { command, deployment, source, limitMs: conduct.limits.outageMs };
  await awaitTarget(outages, context, run);
  if (conduct.concurrently) await withSession(target, context, async (session) => requireConcurrently(session));
  // Where the run holds the target already, nothing is decided or changed before other commands are kept out.
  await using held = await holdTarget(target, command, context, run);
  const settings = await chooseSettings(wishes, deployment, held.context, run);
  const role = await roleOf(settings.dmsLogin, run.id, deployment, held.context);
  const { migrationType } = settings;
  const onExisting = await chooseOnExisting(wishes.onExisting, target, held.context, run);
  const snapshot = wishes.targetSnapshot ?? true;
  const placement = choosePlacement(wishes.placement ?? {}, run, held.context);
  const question = { deployment, placement, replicates: migrationType !== "full-load" };
  const account = await lookAtAccount(question, held.context, run);
  const { dmsLogin } = settings;
  const preparation = { source, deployment, migrationType, role, dmsLogin, onExisting, account, snapshot };
  const prepared = await prepareTarget(preparation, held.context, run).catch(async (error: unknown) => {
    context.signal.throwIfAborted();
    await restoreAfterFailure(error, target, held.context, run);
    throw error;
  });
  await using heldNow = held.holds ? held : await holdTarget(target, command, context, run);
  if (!heldNow.holds) throw recordGone(run);
  const { targetGroupId } = account;
  const parts = { source, target, settings, role, deployment, onExisting, placement, targetGroupId };
  const load = { ...prepared, ...parts, conduct };
  const work = async (now: Context) => {
    await pauseSync(pipes, target, now, run);
    const finished = await loadAndFinish(load, now, run);
    return { ...finished, rows: await withSession(target, now, countLoaded) };
  };
  const loaded = await throughOutages(heldNow, outages, context, run, work);
  return {
    run: run.id,
    dataMigration: dataMigrationName(run.id),
    migrationType,
    ...loaded,
    targetSnapshot: targetSnapshotsOf(run).at(-1) ?? null,
    seconds: Math.round((context.clock.now() - began) / 1000),
  };
}

const command = "start-dms-migration";

/** As the operator wishes, else as it was made before; what is loaded already stays what it was loaded with. */
async function chooseSettings(
  wishes: LoadWishes,
  { database }: Deployment,
  context: Context,
  run: Run,
): Promise<LoadSettings> {
  const [migration, found] = await Promise.all([
    findDataMigration(context.aws, dataMigrationName(run.id)),
    withSession(database, context, readUndoRecord),
  ]);
  const record = found?.runId === run.id ? found : undefined;
  if (record?.phase === "undoing") throw undoFirst(run);
  const made = madeSettings(migration, record, run);
  if (record !== undefined && isLoaded(record.phase)) return made;
  return {
    migrationType: wishes.migrationType ?? made.migrationType,
    dmsLogin: wishes.dmsLogin ?? made.dmsLogin,
  };
}

/**
 * As the operator says now, else as this run was told before. A choice that has been acted on stays, until the load has ended: after it, the
 * choice is for the bots that are not settled yet.
 */
async function chooseOnExisting(
  wish: OnExisting | undefined,
  target: Database,
  context: Context,
  run: Run,
): Promise<OnExisting> {
  return withSession(target, context, async (session) => {
    const record = await readUndoRecord(session);
    if (record?.runId !== run.id) return wish ?? "abort";
    const before = onExistingChoices.find((one) => one === record.onExisting) ?? "abort";
    if (wish === undefined || wish === before) return before;
    const acted = (await readDecisions(session)).find(({ decision }) => decision === "kept" || decision === "replaced");
    if (acted !== undefined && !isLoaded(record.phase))
      throw new ExpectedError(
        `Run ${run.id} has begun with --on-existing ${before}, and bots are ${acted.decision} by it.`,
        `Leave --on-existing out to go on, or take the load back first: ${commandFor("undo", run)}`,
      );
    await setOnExisting(session, run.id, wish);
    return wish;
  });
}

function undoFirst(run: Run): ExpectedError {
  return new ExpectedError(
    `An undo of run ${run.id} has begun and not ended.`,
    `End it first: ${commandFor("undo", run)}. Then this command begins anew.`,
  );
}

/** A run loads into one cluster: a later deploy may have replaced it, and what was made so far points at the old one. */
async function bindTarget({ cluster }: Deployment, run: Run): Promise<void> {
  const now = cluster.DBClusterArn ?? "";
  const noted = run.state().notes.get("target-cluster");
  if (noted === undefined) await run.journal.append({ event: "noted", name: "target-cluster", value: now });
  else if (noted !== now)
    throw new ExpectedError(
      `Run ${run.id} loads into ${JSON.stringify(noted)}, but the stack's cluster is ${now} now: it was replaced again.`,
      `End this run (${commandFor("cleanup", { stack: run.stack, run: run.id })}), then begin a new one.`,
    );
}

/** A load that is prepared. */
export interface Load {
  readonly source: Database;
  readonly target: Database;
  readonly record: UndoRecord;
  readonly expectedRows: number;
  readonly settings: LoadSettings;
  /** The role that DMS logs in to the target with, by these settings. */
  readonly role: string;
  readonly deployment: Deployment;
  /** Roles and subnets that the operator has given. */
  readonly placement: Placement;
  /** The group of the target that gets the rule for DMS. */
  readonly targetGroupId: string;
  readonly onExisting: OnExisting;
  readonly conduct: LoadConduct;
}

/**
 * What is not settled is told at the end: users must not go without their index for it. Where it was interrupted this is called again: the
 * record tells how far it has come.
 */
async function loadAndFinish(prepared: Load, context: Context, run: Run): Promise<Finished> {
  const { source, target } = prepared;
  const record = (await withSession(target, context, readUndoRecord)) ?? prepared.record;
  if (record.phase === "undoing") throw undoFirst(run);
  const load = { ...prepared, record };
  if (!isLoaded(record.phase)) await runDataMigration(load, context, run);
  const settled = record.phase === "settled" || record.phase === "finished";
  const open = !settled || unsettled(await withSession(target, context, readDecisions)).length > 0;
  // One that was put back after a failure is trained on what had arrived by then.
  if (!settled) await withSession(target, context, (session) => dropIndexes(session, context));
  const left = open ? await settleLoad(load, context, run) : [];
  await withSession(source, context, (here) => withSession(target, context, (there) => noteLoad(here, there, run)));
  // What is loaded was loaded with the login that the record names.
  const owner = subscriptionOwner(isLoaded(record.phase) ? record : { ...record, role: load.role });
  const { concurrently, indexPolicy } = load.conduct;
  const finished = await finishTarget({ source, target, owner, concurrently, indexPolicy }, context, run);
  refuseUnsettled(left, run);
  return finished;
}
