import { setState } from "../statuses.ts";
import { beginLoad } from "./begin-load.ts";
import { MigrationFailure, messageOf } from "./migration-failure.ts";
import type { MigrationRun } from "./migration-run.ts";
import type { Plan } from "./plan.ts";
import { prepareTables } from "./prepare-tables.ts";
import { lookAtSubscription, noteLook, type SubscriptionLook } from "./progress.ts";
import { createPublication, createSubscription, publicationName, subscriptionGone } from "./replication.ts";
import { lastReplicationError } from "./server-log.ts";
import { selectedTables } from "./tables.ts";

/** Failed attempts without a table more loaded, after which the migration has failed: PostgreSQL itself would retry for ever. */
const patience = { errors: 3, looks: 25 };

/**
 * "uses pg_dump to read schema objects without table data …, switches to a publisher and subscriber model for logical
 * replication with the Initial Data Synchronization option" (user guide, dm-migrating-data-postgresql). Returns only by being
 * stopped or failing.
 */
export async function fullLoadAndReplicate(run: MigrationRun, plan: Plan): Promise<void> {
  const tables = await selectedTables(plan);
  await beginLoad(run, tables.length);
  await prepareTables(plan, tables, run.signal);
  await createPublication(plan, tables);
  run.signal.throwIfAborted();
  await createSubscription(plan);
  await followReplication(run, plan);
}

/** Keeps status and statistics true to the subscription until the run is stopped; fails when it can't go on. */
export async function followReplication(run: MigrationRun, plan: Plan): Promise<never> {
  let loaded = 0;
  let tolerated = 0;
  for (;;) {
    const look = await lookPatiently(run, plan);
    noteLook(run.migration, look);
    if (look.loaded > loaded) {
      loaded = look.loaded;
      tolerated = look.errors;
    }
    if (look.errors - tolerated >= patience.errors) throw await replicationFailure(plan, look);
    const complete = look.ready > 0 && look.queued + look.loading === 0 && look.ready === look.loaded;
    if (complete) setState(run.migration, "load-complete-replication-ongoing");
    await run.pause(complete ? 500 : 200);
  }
}

async function lookPatiently(run: MigrationRun, plan: Plan): Promise<SubscriptionLook> {
  let lastError: unknown;
  for (let attempt = 0; attempt < patience.looks; attempt += 1) {
    try {
      const look = await lookAtSubscription(plan);
      if (look !== undefined) return look;
      throw subscriptionGone(plan);
    } catch (error) {
      if (error instanceof MigrationFailure) throw error;
      lastError = error;
      await run.pause(200);
    }
  }
  throw new MigrationFailure(`Unable to connect to target. ${messageOf(lastError)}`, { cause: lastError });
}

async function replicationFailure(plan: Plan, look: SubscriptionLook): Promise<MigrationFailure> {
  const phase = look.queued + look.loading > 0 ? "The initial data synchronization" : "Applying changes";
  const cause = await lastReplicationError(plan.target.cluster.server);
  return new MigrationFailure(
    `${phase} of ${publicationName(plan)} failed ${String(patience.errors)} times in a row. ` +
      (cause === undefined ? "The log of the target database tells the error." : `ERROR: ${cause}`),
  );
}
