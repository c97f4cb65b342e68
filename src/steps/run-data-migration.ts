import { commandFor } from "../command-for.ts";
import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import { unlessAws } from "../aws/errors.ts";
import { plainStatus } from "../aws/data-migration-status.ts";
import type { Context } from "../context.ts";
import { withSession } from "../database/with-session.ts";
import { readLogin } from "../database/login.ts";
import { createReplicationRole } from "../database/replication-role.ts";
import { subscriptionsOf } from "../database/subscriptions.ts";
import { setPhase, setRole } from "../database/undo-record.ts";
import { ExpectedError } from "../errors.ts";
import { provision } from "../provision/provision.ts";
import type { Run } from "../provision/run.ts";
import { findDataMigration } from "../resources/dms-data-migration.ts";
import { securityGroup } from "../resources/security-group.ts";
import { itemsTable } from "../stack/items-table.ts";
import { countArrived } from "./compare-ids.ts";
import { discardLoad } from "./discard-load.ts";
import { dataMigrationName, dmsGraph, targetSecret } from "./dms-graph.ts";
import { subscriptionOwner } from "./dms-login.ts";
import { notePlacement } from "./dms-placement.ts";
import { followLoad } from "./follow-load.ts";
import { type ExistingLoad, judgeExistingLoad } from "./judge-existing-load.ts";
import { exactlyReady } from "./judge-load.ts";
import { madeSettings, noteSettings } from "./load-settings.ts";
import type { Load } from "./start-dms-migration.ts";
import { tellOfRotation } from "./tell-of-rotation.ts";
import { sourceNames } from "./temporary-cluster.ts";

/**
 * Makes what DMS needs, starts the data migration once, and follows it until everything has arrived. One that has failed before anything
 * arrived is made anew.
 */
export async function runDataMigration(load: Load, context: Context, run: Run): Promise<void> {
  const { source, target, record: found, role, settings } = load;
  await run.journal.append({ event: "step-began", step: "run-data-migration" });
  const resume = await settleExisting(load, context, run);
  await noteSettings(settings, run);
  await notePlacement(load.placement, run);
  if (found.role !== role) await withSession(target, context, (session) => setRole(session, run.id, role));
  const record = { ...found, role };
  const migration = await makeDataMigration(load, context, run);
  if (resume) await resumeOnce(migration, context, run);
  else await start(migration, load, context, run);
  await followLoad(
    {
      stack: run.stack,
      migration: dataMigrationName(run.id),
      migrationType: settings.migrationType,
      owner: subscriptionOwner(record),
      source,
      target,
      expectedRows: load.expectedRows,
      limits: load.conduct.limits,
    },
    context,
  );
  await withSession(target, context, (session) => setPhase(session, run.id, "loaded"));
  await run.journal.append({
    event: "step-ended",
    step: "run-data-migration",
    result: { rows: load.expectedRows },
  });
}

/** Looks at what an earlier call has made: goes on with it, removes what came to nothing, or refuses. Whether it must be resumed. */
async function settleExisting(load: Load, context: Context, run: Run): Promise<boolean> {
  const { source, target, record, settings } = load;
  const migration = await findDataMigration(context.aws, dataMigrationName(run.id));
  const judged = judgeExistingLoad({
    migration,
    mayHaveRun: record.phase === "loading",
    madeWith: madeSettings(migration, record, run),
    wanted: settings,
    ...(await lookAtTables(load, context)),
  });
  if (judged.verdict === "go on") return false;
  if (judged.verdict === "resume") {
    context.progress.say(`${judged.why}; rows have arrived, it is resumed where it was stopped`);
    return true;
  }
  if (judged.verdict === "refuse")
    throw new ExpectedError(
      `${judged.why}.`,
      `What has arrived stays as it is: \`${commandFor("verify-counts", run)}\` compares it with the temporary cluster. \`${commandFor("undo", run)}\` takes it back, and the load can begin anew; \`${commandFor("cleanup", run)}\` leaves it, puts the vector index back and removes what this run made.`,
    );
  context.progress.say(`${judged.why}; nothing has arrived, it is made anew`);
  await run.journal.append({ event: "noted", name: "load-made-anew", value: judged.why });
  await discardLoad({ source, target, owner: subscriptionOwner(record) }, context, run);
  return false;
}

/** Rows of the source that are on the target (users may have written others there), and what the subscription has done. */
async function lookAtTables({ source, target, record }: Load, context: Context) {
  return withSession(source, context, (here) =>
    withSession(target, context, async (there): Promise<Pick<ExistingLoad, "rows" | "replication">> => {
      const [subscription] = await subscriptionsOf(there, subscriptionOwner(record));
      const copied = subscription !== undefined && exactlyReady(subscription.relations, [itemsTable]);
      const replication = subscription === undefined ? "none" : copied ? "copied" : "unfinished";
      return { rows: await countArrived(here, there), replication };
    }),
  );
}

async function makeDataMigration(load: Load, context: Context, run: Run): Promise<DataMigration> {
  const { deployment, source, target, settings, placement, targetGroupId } = load;
  const group = await securityGroup.find(context, sourceNames(run.id).securityGroup);
  const graph = dmsGraph(
    {
      deployment,
      source,
      target,
      targetSecretArn: await loginForDms(load, context, run),
      securityGroupId: group?.state.GroupId ?? "",
      migrationType: settings.migrationType,
      placement,
      targetGroupId,
    },
    context,
    run,
  );
  const stateOf = await provision(graph.resources, context, run);
  return stateOf(graph.migration);
}

/** The secret that DMS logs in to the target with; the run's own role is made where it is the login. */
async function loginForDms({ target, role, settings }: Load, context: Context, run: Run): Promise<string> {
  if (settings.dmsLogin === "master") {
    await tellOfRotation(target.secretArn, context);
    return target.secretArn;
  }
  const secret = targetSecret(context, run, target, role);
  const secretArn = (await provision([secret], context, run))(secret).ARN ?? "";
  const { password } = await readLogin(context.aws, secretArn);
  const subscribes = settings.migrationType !== "full-load";
  await withSession(target, context, (session) =>
    session.transaction({}, (transaction) =>
      createReplicationRole(transaction, { role, password, tables: [itemsTable], subscribes }),
    ),
  );
  return secretArn;
}

/** Starts the data migration if it was never started. The record says "loading" before: from then on the target's rows are ours. */
async function start(migration: DataMigration, { target }: Load, context: Context, run: Run): Promise<void> {
  // Also the last look whether the target is this run's still.
  await withSession(target, context, (session) => setPhase(session, run.id, "loading"));
  if (plainStatus(migration.DataMigrationStatus) !== "ready") {
    context.progress.say(`data migration: found ${migration.DataMigrationStatus}, following it`);
    return;
  }
  await run.journal.append({ event: "step-began", step: "start-data-migration" });
  await startOnce(migration, context);
  await run.journal.append({ event: "step-ended", step: "start-data-migration", result: {} });
}

/** Lets a data migration go on that somebody, or DMS itself, has stopped: never by DMS's restart, which deletes the target's data. */
async function resumeOnce(migration: DataMigration, context: Context, run: Run): Promise<void> {
  await run.journal.append({ event: "noted", name: "load-resumed", value: migration.StopReason ?? "" });
  await unlessAws(["InvalidResourceStateFault"], () =>
    context.aws.dms.startDataMigration({
      DataMigrationIdentifier: migration.DataMigrationArn,
      StartType: "resume-processing",
    }),
  );
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
