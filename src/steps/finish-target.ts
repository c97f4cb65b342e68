import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import { hasEnded, isBusy, plainStatus } from "../aws/data-migration-status.ts";
import { unlessAws } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import { buildStoredIndex } from "../database/build-index.ts";
import { runLong } from "../database/long-statement.ts";
import { withSession } from "../database/with-session.ts";
import { id } from "../database/identifiers.ts";
import { dropReplicationRole } from "../database/replication-role.ts";
import type { Database, SqlSession } from "../database/session.ts";
import { dropSlot, dropSubscriptions, publisherLeftOvers, type SubscriptionOwner } from "../database/subscriptions.ts";
import { dropHalfBuilt } from "../database/replace-index.ts";
import { indexesToRestore, setPhase, storedIndexes } from "../database/undo-record.ts";
import type { Run } from "../provision/run.ts";
import { findDataMigration } from "../resources/dms-data-migration.ts";
import { items } from "../stack/items-table.ts";
import { waitFor } from "../wait.ts";
import { replicationRole } from "./dms-login.ts";
import { dataMigrationName } from "./dms-graph.ts";
import { type IndexPolicy, type IndexTuning, tuneIndex } from "./tune-index.ts";

export interface Finish {
  readonly source: Database;
  readonly target: Database;
  /** Who owns the subscription: the role that DMS logged in to the target with. */
  readonly owner: SubscriptionOwner;
  /** Whether inserts go on while the vector index is built, which then takes longer. */
  readonly concurrently: boolean;
  readonly indexPolicy: IndexPolicy;
}

export interface Finished {
  /** The names of the indexes built. */
  readonly indexes: readonly string[];
  readonly retrieval: IndexTuning;
}

/**
 * Ends a load: stops the data migration, removes what replication leaves on both sides, builds the vector index again, ANALYZE; then sees to
 * it that the index finds what was found before.
 */
export async function finishTarget(finish: Finish, context: Context, run: Run): Promise<Finished> {
  await run.journal.append({ event: "step-began", step: "finish-target" });
  await stopDataMigration(context, run);
  await removeSubscription(finish.target, finish.owner, context);
  await removeRole(finish.target, context, run);
  await removePublisher(finish.source, context);
  const indexes = await restoreIndexes(finish.target, context, finish.concurrently);
  await withSession(finish.target, context, (session) => analyzeItems(session, context));
  const retrieval = await tuneIndex(finish, context, run);
  await withSession(finish.target, context, (session) => setPhase(session, run.id, "finished"));
  await run.journal.append({ event: "step-ended", step: "finish-target", result: { indexes, retrieval } });
  return { indexes, retrieval };
}

/** Lets the planner know the table as it is; may take long. The target must hold a run's record. */
export async function analyzeItems(session: SqlSession, context: Context): Promise<void> {
  await runLong(session, { name: "analyze", settings: {}, body: `analyze ${items};` }, context, () => undefined);
}

/** Stops the run's data migration and waits until it has stopped; no effect on one that does not run. */
export async function stopDataMigration(context: Context, run: Run): Promise<void> {
  let asked = false;
  using task = context.progress.begin(`data migration ${dataMigrationName(run.id)}`);
  await waitFor(
    "Stopping the data migration",
    async () => {
      const migration = await findDataMigration(context.aws, dataMigrationName(run.id));
      const status = plainStatus(migration?.DataMigrationStatus);
      if (migration === undefined || hasEnded(status)) return { done: true, value: true };
      if (!asked && status !== "stopping" && status !== "creating") {
        asked = await askToStop(migration, context);
        if (!asked && !isBusy(status)) return { done: true, value: true };
      }
      if (asked) task.state("stopping");
      return { done: false, state: migration.DataMigrationStatus ?? "" };
    },
    context,
    { timeoutMs: 30 * 60_000 },
  );
  task.end(asked ? "stopped" : undefined);
}

/** Whether DMS took it: in some states (maintenance, a change of state just now) it refuses, and is asked again. */
async function askToStop(migration: DataMigration, context: Context): Promise<boolean> {
  const answer = await unlessAws(["InvalidResourceStateFault"], () =>
    context.aws.dms.stopDataMigration({ DataMigrationIdentifier: migration.DataMigrationArn }),
  );
  return answer !== undefined;
}

/** Drops a load's subscription on the target; no effect where there is none. */
export async function removeSubscription(target: Database, owner: SubscriptionOwner, context: Context): Promise<void> {
  const dropped = await withSession(target, context, (session) => dropSubscriptions(session, owner));
  for (const { name } of dropped) context.progress.say(`new cluster: subscription ${name} dropped`);
}

/** Drops the run's own role on the target, whose subscription must be gone; no effect where there is none. */
export async function removeRole(target: Database, context: Context, run: Run): Promise<void> {
  await withSession(target, context, (session) =>
    session.transaction({}, (transaction) => dropReplicationRole(transaction, replicationRole(run.id))),
  );
}

/** Removes from the source what a load left there: slots and publications. */
export async function removePublisher(source: Database, context: Context): Promise<void> {
  await withSession(source, context, async (session) => {
    const { slots, publications } = await publisherLeftOvers(session);
    for (const slot of slots) await dropSlotWhenFree(session, slot, context);
    for (const publication of publications) await session.query(`drop publication if exists ${id(publication)}`);
    if (slots.length + publications.length > 0)
      context.progress.say(`temporary cluster: dropped ${[...slots, ...publications].join(", ")}`);
  });
}

async function dropSlotWhenFree(session: SqlSession, slot: string, context: Context): Promise<void> {
  using task = context.progress.begin(`replication slot ${slot}`);
  await waitFor(
    `Dropping replication slot ${slot}`,
    async () =>
      (await dropSlot(session, slot)) ? { done: true, value: true } : { done: false, state: "in use by a walsender" },
    context,
    { timeoutMs: 5 * 60_000, everyMs: 500, onState: (state) => task.state(state) },
  );
  task.end();
}

/** Builds every index again that the run has dropped and not built yet. */
export async function restoreIndexes(target: Database, context: Context, concurrently = false): Promise<string[]> {
  const indexes = await withSession(target, context, async (session) => {
    for (const index of await storedIndexes(session)) await dropHalfBuilt(session, index, context);
    return indexesToRestore(session);
  });
  for (const index of indexes) {
    const began = context.clock.now();
    using task = context.progress.begin(
      `index ${index.index}`,
      `building; inserts ${concurrently ? "go on" : "wait until it is built"}`,
    );
    await buildStoredIndex(target, { ...index, concurrently }, task, context);
    task.end(`built (${((context.clock.now() - began) / 1000).toFixed(1)} s)`);
  }
  return indexes.map((index) => index.index);
}
