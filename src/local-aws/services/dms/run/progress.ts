import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import type { Plan } from "./plan.ts";
import { subscriptionName } from "./replication.ts";
import type { RestoredTables } from "./restore-progress.ts";

/** What the target knows of the migration's subscription. */
export interface SubscriptionLook {
  /** By `pg_subscription_rel.srsubstate`: `i` waits, `d` copies, `f`/`s` is caught up, `r` is ready. */
  readonly queued: number;
  readonly loading: number;
  readonly loaded: number;
  readonly ready: number;
  /** Failed attempts to copy or to apply since the subscription was made. */
  readonly errors: number;
  readonly latencySeconds: number;
}

/** One look at pg_subscription_rel and the subscription's statistics; undefined when somebody dropped the subscription. */
export async function lookAtSubscription(plan: Plan): Promise<SubscriptionLook | undefined> {
  return await plan.target.cluster.server.asSuperuser(plan.target.database, async (client) => {
    const { rows } = await client.query<SubscriptionLook>(
      `SELECT (SELECT count(*) FILTER (WHERE srsubstate = 'i')::int FROM pg_subscription_rel WHERE srsubid = s.oid) AS queued,
              (SELECT count(*) FILTER (WHERE srsubstate IN ('d', 'f'))::int
                 FROM pg_subscription_rel WHERE srsubid = s.oid) AS loading,
              (SELECT count(*) FILTER (WHERE srsubstate IN ('s', 'r'))::int
                 FROM pg_subscription_rel WHERE srsubid = s.oid) AS loaded,
              (SELECT count(*) FILTER (WHERE srsubstate = 'r')::int FROM pg_subscription_rel WHERE srsubid = s.oid) AS ready,
              (SELECT (apply_error_count + sync_error_count)::int
                 FROM pg_stat_subscription_stats WHERE subid = s.oid) AS errors,
              coalesce((SELECT extract(epoch FROM last_msg_receipt_time - last_msg_send_time)::float
                          FROM pg_stat_subscription WHERE subid = s.oid AND relid IS NULL), 0) AS "latencySeconds"
         FROM pg_subscription s WHERE s.subname = $1`,
      [subscriptionName(plan)],
    );
    return rows[0];
  });
}

/** Writes a look into the statistics that Describe answers with: AWS counts tables, not rows. */
export function noteLook(migration: DataMigration, look: SubscriptionLook): void {
  const total = look.queued + look.loading + look.loaded;
  migration.DataMigrationStatistics = {
    ...migration.DataMigrationStatistics,
    TablesQueued: look.queued,
    TablesLoading: look.loading,
    TablesLoaded: look.loaded,
    TablesErrored: 0,
    FullLoadPercentage: total === 0 ? 0 : Math.floor((100 * look.loaded) / total),
    CDCLatency: Math.max(0, Math.round(look.latencySeconds)),
  };
}

/** The statistics at a start: nothing yet, and the clock runs. */
export function noteStart(migration: DataMigration, queued: number): void {
  migration.DataMigrationStatistics = {
    TablesQueued: queued,
    TablesLoading: 0,
    TablesLoaded: 0,
    TablesErrored: 0,
    FullLoadPercentage: 0,
    CDCLatency: 0,
    StartTime: migration.DataMigrationStartTime,
  };
}

/** How far a full load is: of `total` tables none waits, and those that are not done are loading. */
export function noteLoaded(migration: DataMigration, total: number, { loaded, errored }: RestoredTables): void {
  migration.DataMigrationStatistics = {
    ...migration.DataMigrationStatistics,
    TablesQueued: 0,
    TablesLoading: total - loaded - errored,
    TablesLoaded: loaded,
    TablesErrored: errored,
    FullLoadPercentage: Math.floor((100 * loaded) / total),
  };
}

/** The statistics at an end, `loading` tables counted as failed ones when it is a bad end. */
export function noteEnd(migration: DataMigration, failed: boolean): void {
  const statistics = migration.DataMigrationStatistics ?? {};
  const { TablesLoading = 0, TablesErrored = 0 } = statistics;
  migration.DataMigrationEndTime = new Date();
  migration.DataMigrationStatistics = {
    ...statistics,
    StopTime: migration.DataMigrationEndTime,
    ...(failed ? { TablesLoading: 0, TablesErrored: TablesErrored + TablesLoading } : {}),
  };
}
