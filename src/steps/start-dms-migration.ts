import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import { plainStatus } from "../aws/data-migration-status.ts";
import type { Context } from "../context.ts";
import { withSession } from "../database/direct.ts";
import { id } from "../database/identifiers.ts";
import { readLogin } from "../database/login.ts";
import { createReplicationRole } from "../database/replication-role.ts";
import type { Database } from "../database/session.ts";
import { setPhase, type UndoRecord } from "../database/undo-record.ts";
import { ExpectedError } from "../errors.ts";
import { provision } from "../provision/provision.ts";
import type { Run } from "../provision/run.ts";
import { requireDmsVpcRole } from "../resources/dms-vpc-role.ts";
import { securityGroup } from "../resources/security-group.ts";
import type { Deployment } from "../stack/deployment.ts";
import { itemsTable } from "../stack/items-table.ts";
import { dataMigrationName, dmsGraph, targetSecret } from "./dms-graph.ts";
import { finishTarget } from "./finish-target.ts";
import { followLoad } from "./follow-load.ts";
import { prepareTarget } from "./prepare-target.ts";
import { sourceNames, temporaryDatabase } from "./temporary-cluster.ts";

export interface StartDmsMigrationResult {
  readonly run: string;
  readonly dataMigration: string;
  readonly rows: number;
  readonly indexes: readonly string[];
  readonly seconds: number;
}

/**
 * Moves the data: prepare-target, run-data-migration, finish-target. Each asks the databases and AWS what is done already, so calling
 * it again goes on where a killed call stopped.
 */
export async function startDmsMigration(
  deployment: Deployment,
  context: Context,
  run: Run,
): Promise<StartDmsMigrationResult> {
  const began = context.clock.now();
  const source = await temporaryDatabase(context, run);
  const target = deployment.database;
  await requireDmsVpcRole(context);
  await bindTarget(deployment, run);
  const { record, expectedRows } = await prepareTarget(source, target, context, run);
  const loaded = record.phase === "loaded" || record.phase === "finished";
  if (!loaded) await runDataMigration({ source, target, record, expectedRows, deployment }, context, run);
  const indexes = await finishTarget({ source, target, role: record.role }, context, run);
  return {
    run: run.id,
    dataMigration: dataMigrationName(run.id),
    rows: await countLoaded(target, expectedRows, context),
    indexes,
    seconds: Math.round((context.clock.now() - began) / 1000),
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

/** The rows that the target holds now. Fewer than the source's are no success, whatever DMS and the slot say. */
async function countLoaded(target: Database, expectedRows: number, context: Context): Promise<number> {
  const [counted] = await withSession(target, context, (session) =>
    session.query<{ rows: number }>(
      `select count(*)::float8 as "rows" from ${id(itemsTable.schema, itemsTable.table)}`,
    ),
  );
  const rows = counted?.rows ?? 0;
  if (rows >= expectedRows) return rows;
  throw new ExpectedError(
    `The new cluster holds ${rows} rows, and ${expectedRows} were to be loaded.`,
    "Were rows deleted meanwhile? `bedrock-chat-migrate verify-counts` names the bots.",
  );
}

interface Load {
  readonly source: Database;
  readonly target: Database;
  readonly record: UndoRecord;
  readonly expectedRows: number;
  readonly deployment: Deployment;
}

/** Makes what DMS needs, starts the data migration once, and follows it until everything has arrived. */
async function runDataMigration(load: Load, context: Context, run: Run): Promise<void> {
  const { source, target, record, deployment } = load;
  await run.journal.append({ event: "step-began", step: "run-data-migration" });
  const secret = targetSecret(context, run, target, record.role);
  const group = await securityGroup.find(context, sourceNames(run.id).securityGroup);
  const stateOf = await provision([secret], context, run);
  const targetSecretArn = stateOf(secret).ARN ?? "";
  const graph = dmsGraph(
    { deployment, source, target, targetSecretArn, securityGroupId: group?.state.GroupId ?? "" },
    context,
    run,
  );
  await makeRole(target, targetSecretArn, record.role, context);
  const made = await provision(graph.resources, context, run);
  await start(made(graph.migration), record, target, context, run);
  await followLoad(
    { migration: graph.migration.name, role: record.role, source, target, expectedRows: load.expectedRows },
    context,
  );
  await withSession(target, context, (session) => setPhase(session, "loaded"));
  await run.journal.append({
    event: "step-ended",
    step: "run-data-migration",
    result: { rows: load.expectedRows },
  });
}

async function makeRole(target: Database, secretArn: string, role: string, context: Context): Promise<void> {
  const { password } = await readLogin(context.aws, secretArn);
  await withSession(target, context, (session) =>
    session.transaction({}, (transaction) => createReplicationRole(transaction, role, password, [itemsTable])),
  );
}

/** Starts the data migration if it was never started. The record says "loading" before: from then on the target's rows are ours. */
async function start(
  migration: DataMigration,
  record: UndoRecord,
  target: Database,
  context: Context,
  run: Run,
): Promise<void> {
  if (record.phase === "prepared") await withSession(target, context, (session) => setPhase(session, "loading"));
  switch (plainStatus(migration.DataMigrationStatus)) {
    case "ready":
      await run.journal.append({ event: "step-began", step: "start-data-migration" });
      await startOnce(migration, context);
      await run.journal.append({ event: "step-ended", step: "start-data-migration", result: {} });
      return;
    case "stopped":
    case "failed":
      throw new ExpectedError(
        `Data migration ${migration.DataMigrationName} is ${migration.DataMigrationStatus}${migration.LastFailureMessage === undefined ? "" : `: ${migration.LastFailureMessage}`}`,
        "`bedrock-chat-migrate cleanup` removes what this run made and puts the vector index back; rows that were loaded stay.",
      );
    default:
      context.progress.say(`data migration: found ${migration.DataMigrationStatus}, following it`);
  }
}

async function startOnce(migration: DataMigration, context: Context): Promise<void> {
  try {
    await context.aws.dms.startDataMigration({
      DataMigrationIdentifier: migration.DataMigrationArn,
      StartType: "start-replication",
    });
    context.progress.say(`data migration ${migration.DataMigrationName}: started`);
  } catch (error) {
    // Started by a call whose answer was lost: DMS refuses a second start, and following tells what it does.
    if (!(error instanceof Error && error.name === "InvalidResourceStateFault")) throw error;
    context.progress.say(`data migration ${migration.DataMigrationName}: was started already`);
  }
}
