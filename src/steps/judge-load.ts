import type { RelationState, Subscription } from "../database/subscriptions.ts";
import { plainStatus } from "../aws/data-migration-status.ts";

/** One look at a load, from DMS and from both databases. */
export interface LoadObservation {
  /** As DMS spells it. */
  readonly status: string;
  readonly failure: string | undefined;
  readonly stopReason: string | undefined;
  readonly subscription: Subscription | undefined;
  /** The relations that must be synchronised: these, and no others. */
  readonly expected: readonly { readonly schema: string; readonly table: string }[];
  /** Milliseconds for which the subscription has been disabled or without a worker. */
  readonly idleMs: number;
  /** Whether it was seen working before. */
  readonly wasWorking: boolean;
  /** Errors that PostgreSQL had counted when this command began to look: an earlier command has told of them. */
  readonly errorsBefore: number;
  /** Whether the slot has confirmed everything up to the position read when all relations were ready; undefined before that. */
  readonly caughtUp: boolean | undefined;
}

export type LoadJudgement =
  | { readonly verdict: "failed"; readonly why: string }
  | { readonly verdict: "starting" | "copying" | "synchronised" | "complete" };

/** A worker that failed comes back within wal_retrieve_retry_interval (5 s); longer than this without one, none will. */
const idleLimitMs = 60_000;

/**
 * Judges a load by the databases, not by DMS's words: complete means exactly the expected relations ready, and everything that the frozen
 * source ever wrote confirmed. Fails as soon as PostgreSQL counts a new error, since a duplicate key would otherwise be retried for ever.
 */
export function judgeLoad(seen: LoadObservation): LoadJudgement {
  const status = plainStatus(seen.status);
  const { subscription } = seen;
  // What has arrived has: errors on the way were mended by PostgreSQL's own retries.
  const ready = subscription !== undefined && exactlyReady(subscription.relations, seen.expected);
  if (ready && seen.caughtUp === true) return { verdict: "complete" };
  // A subscription that has copied everything goes on without DMS.
  const goesOn = ready && subscription.enabled && seen.idleMs <= idleLimitMs;
  if (status === "failed" && !goesOn) return { verdict: "failed", why: `DMS: ${seen.failure ?? "no reason given"}` };
  const errors = (subscription?.errors ?? 0) - seen.errorsBefore;
  if (!ready && errors > 0)
    return { verdict: "failed", why: `PostgreSQL counts ${errors} new replication errors on the new cluster` };
  if (status === "") return { verdict: "failed", why: "the data migration does not exist any more" };
  if (status === "stopped" || status === "stopping")
    return {
      verdict: "failed",
      why: `the data migration is ${seen.status}, and this run did not stop it (DMS: ${seen.stopReason ?? "no reason given"})`,
    };
  if (subscription === undefined || isStarting(seen)) return { verdict: "starting" };
  if (!subscription.enabled && seen.wasWorking)
    return { verdict: "failed", why: `the subscription ${subscription.name} was disabled` };
  if (seen.idleMs > idleLimitMs)
    return { verdict: "failed", why: `no replication worker has lived for ${Math.round(seen.idleMs / 1000)} s` };
  if (ready) return { verdict: "synchronised" };
  if (subscription.relations.length > 0 && !sameTables(subscription.relations, seen.expected))
    return {
      verdict: "failed",
      why: `the subscription holds other tables than expected: ${subscription.relations.map((one) => `${one.schema}.${one.table}`).join(", ")}`,
    };
  return { verdict: "copying" };
}

/** A load that DMS begins to go on with has its subscription already, disabled still. */
export function isStarting({ status, subscription }: Pick<LoadObservation, "status" | "subscription">): boolean {
  return plainStatus(status) === "starting" && subscription?.enabled === false;
}

/** Whether the relations are the expected ones, all in state `r`. None at all is not ready. */
export function exactlyReady(relations: readonly RelationState[], expected: LoadObservation["expected"]): boolean {
  return relations.length > 0 && sameTables(relations, expected) && relations.every((one) => one.state === "r");
}

function sameTables(relations: readonly RelationState[], expected: LoadObservation["expected"]): boolean {
  const names = (tables: LoadObservation["expected"]) => tables.map(({ schema, table }) => `${schema}.${table}`);
  return names(relations).toSorted().join() === names(expected).toSorted().join();
}
