import type { MigrationType } from "../aws/data-migration-options.ts";
import type { Context } from "../context.ts";
import { withSession } from "../database/with-session.ts";
import type { Database } from "../database/session.ts";
import { readUndoRecord, type UndoRecord } from "../database/undo-record.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { requireDmsVpcRole } from "../resources/dms-vpc-role.ts";
import { findDataMigration } from "../resources/dms-data-migration.ts";
import type { Deployment } from "../stack/deployment.ts";
import { countItems } from "../stack/items-table.ts";
import { dataMigrationName } from "./dms-graph.ts";
import { roleOf, subscriptionOwner } from "./dms-login.ts";
import { type LoadConduct, type LoadLimits, usualConduct } from "./load-conduct.ts";
import { pauseSync, resumingSync } from "./pause-sync.ts";
import { recordGone, throughOutages } from "./ride-out-outage.ts";
import { syncPipes } from "../stack/sync-pipes.ts";
import { finishTarget } from "./finish-target.ts";
import { holdTarget } from "./hold-target.ts";
import { type LoadSettings, type LoadWishes, madeSettings } from "./load-settings.ts";
import { prepareTarget } from "./prepare-target.ts";
import { runDataMigration } from "./run-data-migration.ts";
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
  await requireDmsVpcRole(context);
  await bindTarget(deployment, run);
  // Where the run holds the target already, nothing is decided or changed before other commands are kept out.
  await using held = await holdTarget(target, command, context, run);
  const settings = await chooseSettings(wishes, deployment, held.context, run);
  const role = await roleOf(settings.dmsLogin, run.id, deployment, held.context);
  const { migrationType } = settings;
  const preparation = await prepareTarget({ source, target, migrationType, role }, held.context, run);
  await using heldNow = held.holds ? held : await holdTarget(target, command, context, run);
  if (!heldNow.holds) throw recordGone(run);
  await pauseSync(pipes, target, heldNow.context, run);
  const prepared = { ...preparation, source, target, settings, role, deployment, limits: conduct.limits };
  const outages = { command, deployment, source, limitMs: conduct.limits.outageMs };
  const loaded = await throughOutages(heldNow, outages, context, run, async (now) => {
    const indexes = await loadAndFinish(prepared, now, run);
    return { indexes, rows: await countLoaded(target, prepared.expectedRows, now) };
  });
  return {
    run: run.id,
    dataMigration: dataMigrationName(run.id),
    migrationType,
    ...loaded,
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
  const made = madeSettings(migration, record, run);
  if (record?.phase === "loaded" || record?.phase === "finished") return made;
  return {
    migrationType: wishes.migrationType ?? made.migrationType,
    dmsLogin: wishes.dmsLogin ?? made.dmsLogin,
  };
}

/** A run loads into one cluster: a later deploy may have replaced it, and what was made so far points at the old one. */
async function bindTarget({ cluster }: Deployment, run: Run): Promise<void> {
  const now = cluster.DBClusterArn ?? "";
  const noted = run.state().notes.get("target-cluster");
  if (noted === undefined) await run.journal.append({ event: "noted", name: "target-cluster", value: now });
  else if (noted !== now)
    throw new ExpectedError(
      `Run ${run.id} loads into ${JSON.stringify(noted)}, but the stack's cluster is ${now} now: it was replaced again.`,
      `End this run (bedrock-chat-migrate cleanup --run ${run.id}), then begin a new one.`,
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
  readonly limits: LoadLimits;
}

/** Where it was interrupted it is called again: the record tells how far it has come. */
async function loadAndFinish(prepared: Load, context: Context, run: Run): Promise<string[]> {
  const { source, target } = prepared;
  const record = (await withSession(target, context, readUndoRecord)) ?? prepared.record;
  const load = { ...prepared, record };
  const loaded = record.phase === "loaded" || record.phase === "finished";
  if (!loaded) await runDataMigration(load, context, run);
  // What is loaded was loaded with the login that the record names.
  const owner = subscriptionOwner(loaded ? record : { ...record, role: load.role });
  return finishTarget({ source, target, owner }, context, run);
}

/** The rows that the target holds now. Fewer than the source's are no success, whatever DMS and the slot say. */
async function countLoaded(target: Database, expectedRows: number, context: Context): Promise<number> {
  const rows = await withSession(target, context, countItems);
  if (rows >= expectedRows) return rows;
  throw new ExpectedError(
    `The new cluster holds ${rows} rows, and ${expectedRows} were to be loaded.`,
    "Were rows deleted meanwhile? `bedrock-chat-migrate verify-counts` names the bots.",
  );
}
