import { findDataMigration } from "../resources/dms-data-migration.ts";
import type { Context } from "../context.ts";
import { withSession } from "../database/direct.ts";
import type { Database, SqlSession } from "../database/session.ts";
import { rowsBeingCopied, type Subscription, subscriptionsOf } from "../database/subscriptions.ts";
import { ExpectedError, WaitTimeoutError } from "../errors.ts";
import { itemsTable } from "../stack/items-table.ts";
import { judgeLoad, type LoadObservation } from "./judge-load.ts";

export interface LoadToFollow {
  readonly migration: string;
  readonly role: string;
  readonly source: Database;
  readonly target: Database;
  readonly expectedRows: number;
}

/** Milliseconds between two looks at the databases. */
const lookEveryMs = 2_000;
/** "Starting" takes up to 15 minutes (User Guide, dm-migrating-data-statuses). */
const startLimitMs = 45 * 60_000;
const loadLimitMs = 24 * 3_600_000;

/** Follows a started load to its end. Throws an ExpectedError as soon as it has failed, a WaitTimeoutError when it takes too long. */
export async function followLoad(load: LoadToFollow, context: Context): Promise<void> {
  await withSession(load.source, context, (source) =>
    withSession(load.target, context, (target) => follow(load, source, target, context)),
  );
}

async function follow(load: LoadToFollow, source: SqlSession, target: SqlSession, context: Context): Promise<void> {
  const { clock } = context;
  const began = clock.now();
  using task = context.progress.begin("load");
  const total = load.expectedRows;
  const migrationNow = rarely(context, () => findDataMigration(context.aws, load.migration));
  let position: string | undefined;
  let workedAt = began;
  let wasWorking = false;
  let errorsBefore: number | undefined;
  for (;;) {
    const [migration, subscription, copied] = await Promise.all([
      migrationNow(),
      ownSubscription(target, load.role),
      rowsBeingCopied(target),
    ]);
    if (subscription === undefined || (subscription.enabled && subscription.hasWorker)) workedAt = clock.now();
    wasWorking ||= subscription?.hasWorker === true;
    if (subscription !== undefined) errorsBefore ??= subscription.errors;
    const status = migration?.DataMigrationStatus ?? "";
    const seen: LoadObservation = {
      status,
      failure: migration?.LastFailureMessage,
      subscription,
      expected: [itemsTable],
      idleMs: clock.now() - workedAt,
      wasWorking,
      errorsBefore: errorsBefore ?? 0,
      caughtUp: position === undefined ? undefined : await hasConfirmed(source, subscription?.slot, position),
    };
    const judged = judgeLoad(seen);
    if (judged.verdict === "failed") throw failedLoad(judged.why);
    const measure = { phase: judged.verdict, total, unit: "rows", detail: `DMS: ${status}` };
    if (judged.verdict === "complete") return task.end({ ...measure, done: total });
    // The source is frozen: what it has written by now is all that there is to confirm.
    if (judged.verdict === "synchronised") position ??= await currentPosition(source);
    task.measure({ ...measure, done: judged.verdict === "synchronised" ? total : copied });
    const limit = judged.verdict === "starting" ? startLimitMs : loadLimitMs;
    if (clock.now() - began > limit) throw new WaitTimeoutError("The load", status, limit / 60_000);
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

async function ownSubscription(target: SqlSession, role: string): Promise<Subscription | undefined> {
  const all = await subscriptionsOf(target, role);
  return all[0];
}

async function currentPosition(source: SqlSession): Promise<string> {
  const rows = await source.query<{ position: string }>(`select pg_current_wal_lsn()::text as "position"`);
  return rows[0]?.position ?? "";
}

async function hasConfirmed(source: SqlSession, slot: string | null | undefined, position: string): Promise<boolean> {
  const rows = await source.query<{ confirmed: boolean | null }>(
    `select confirmed_flush_lsn >= $2::pg_lsn as "confirmed" from pg_replication_slots where slot_name = $1`,
    [slot ?? null, position],
  );
  return rows[0]?.confirmed === true;
}

function failedLoad(why: string): ExpectedError {
  return new ExpectedError(
    `The load has failed: ${why}.`,
    [
      "DMS's own log is in CloudWatch, log group dms-data-migration-…; PostgreSQL's in the new cluster's log.",
      "If it was the network or a restart, PostgreSQL tries again by itself: run the same command again, and it goes on.",
      "`bedrock-chat-migrate cleanup` removes what this run made and puts the vector index back; rows that were loaded stay.",
    ].join("\n"),
  );
}
