import type { Context } from "../context.ts";
import type { SqlSession } from "../database/session.ts";
import { rowsBeingCopied, subscriptionsOf } from "../database/subscriptions.ts";
import { itemsTable } from "../stack/items-table.ts";
import type { LoadToFollow, WatchLoad } from "./follow-load.ts";
import { isStarting, judgeLoad, type LoadObservation } from "./judge-load.ts";

/** Watches a load by logical replication from both databases. */
export function watchReplication(
  { owner, expectedRows }: LoadToFollow,
  { source, target }: { readonly source: SqlSession; readonly target: SqlSession },
  { clock }: Context,
): WatchLoad {
  let position: string | undefined;
  let workedAt = clock.now();
  let wasWorking = false;
  let errorsBefore: number | undefined;
  return async (migration) => {
    const [[subscription], copied] = await Promise.all([subscriptionsOf(target, owner), rowsBeingCopied(target)]);
    const status = migration?.DataMigrationStatus ?? "";
    const isAtWork = subscription === undefined || (subscription.enabled && subscription.hasWorker);
    if (isAtWork || isStarting({ status, subscription })) workedAt = clock.now();
    wasWorking ||= subscription?.hasWorker === true;
    if (subscription !== undefined) errorsBefore ??= subscription.errors;
    const seen: LoadObservation = {
      status,
      failure: migration?.LastFailureMessage,
      stopReason: migration?.StopReason,
      subscription,
      expected: [itemsTable],
      idleMs: clock.now() - workedAt,
      wasWorking,
      errorsBefore: errorsBefore ?? 0,
      caughtUp: position === undefined ? undefined : await hasConfirmed(source, subscription?.slot, position),
    };
    const judgement = judgeLoad(seen);
    // The source is frozen: what it has written by now is all that there is to confirm.
    if (judgement.verdict === "synchronised") position ??= await currentPosition(source);
    return { judgement, rows: judgement.verdict === "synchronised" ? expectedRows : copied };
  };
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
