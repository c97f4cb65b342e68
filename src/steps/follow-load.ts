import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import type { MigrationType } from "../aws/data-migration-options.ts";
import type { Context } from "../context.ts";
import { withSession } from "../database/with-session.ts";
import type { Database } from "../database/session.ts";
import type { SubscriptionOwner } from "../database/subscriptions.ts";
import { WaitTimeoutError } from "../errors.ts";
import { findDataMigration } from "../resources/dms-data-migration.ts";
import type { LoadLimits } from "./load-conduct.ts";
import type { LoadJudgement } from "./judge-load.ts";
import { countArrived } from "./compare-ids.ts";
import { failedLoad, stuckInStarting } from "./load-failure.ts";
import { watchFullLoad } from "./watch-full-load.ts";
import { watchReplication } from "./watch-replication.ts";

export interface LoadToFollow {
  readonly stack: string;
  readonly migration: string;
  readonly migrationType: MigrationType;
  readonly owner: SubscriptionOwner;
  readonly source: Database;
  readonly target: Database;
  readonly expectedRows: number;
  readonly limits: LoadLimits;
}

/** Looks at a load once, beside what DMS says of it, and judges. */
export type WatchLoad = (
  migration: DataMigration | undefined,
) => Promise<{ readonly judgement: LoadJudgement; readonly rows: number }>;

/** Milliseconds between two looks at the databases. */
const lookEveryMs = 2_000;

/** Follows a started load to its end. Throws an ExpectedError as soon as it has failed, a WaitTimeoutError when it takes too long. */
export async function followLoad(load: LoadToFollow, context: Context): Promise<void> {
  await withSession(load.source, context, (source) =>
    withSession(load.target, context, (target) => {
      const watch =
        load.migrationType === "full-load"
          ? watchFullLoad(load, { source, target })
          : watchReplication(load, { source, target }, context);
      return follow(load, watch, () => countArrived(source, target), context);
    }),
  );
}

async function follow(
  load: LoadToFollow,
  watch: WatchLoad,
  arrived: () => Promise<number>,
  context: Context,
): Promise<void> {
  const { clock } = context;
  const began = clock.now();
  using task = context.progress.begin("load");
  const total = load.expectedRows;
  let hasStarted = false;
  const migrationNow = rarely(context, () => findDataMigration(context.aws, load.migration));
  for (;;) {
    const migration = await migrationNow();
    const status = migration?.DataMigrationStatus ?? "";
    const { judgement, rows } = await watch(migration);
    if (judgement.verdict === "failed")
      throw failedLoad({ ...load, why: judgement.why, migration, rows: await arrived() });
    const measure = { phase: judgement.verdict, total, unit: "rows", detail: `DMS: ${status}` };
    if (judgement.verdict === "complete") return task.end({ ...measure, done: total });
    task.measure({ ...measure, done: rows });
    hasStarted ||= judgement.verdict !== "starting";
    const { startingMs, loadMs } = load.limits;
    if (!hasStarted && clock.now() - began > startingMs) throw stuckInStarting(migration, startingMs, load);
    if (clock.now() - began > loadMs) throw new WaitTimeoutError("The load", status, loadMs / 60_000);
    await clock.sleep(Math.min(context.pollMs, lookEveryMs), context.signal);
  }
}

/** Asks AWS no more often than its polling interval; the databases may be asked more often than DMS, whose calls are throttled. */
function rarely<T>({ clock, pollMs }: Context, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    if (last === undefined || clock.now() - last.at >= pollMs) last = { at: clock.now(), answer: ask() };
    return last.answer;
  };
}
