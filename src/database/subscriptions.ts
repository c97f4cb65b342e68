import { id } from "./identifiers.ts";
import type { SqlSession, SqlTransaction } from "./session.ts";

export interface RelationState {
  readonly schema: string;
  readonly table: string;
  /** `i` initialising, `d` data is being copied, `f` copied, `s` synchronised, `r` ready (PostgreSQL manual, pg_subscription_rel). */
  readonly state: string;
}

export interface Subscription {
  readonly name: string;
  readonly enabled: boolean;
  readonly slot: string | null;
  readonly publications: readonly string[];
  /** Errors of the apply and synchronisation workers since it was made. */
  readonly errors: number;
  /** Whether any worker of it lives. */
  readonly hasWorker: boolean;
  readonly relations: readonly RelationState[];
}

/** Whose subscriptions are a load's. */
export interface SubscriptionOwner {
  readonly role: string;
  /** A role of the run alone owns nothing else; of the master user's subscriptions only those that are named as DMS names its own. */
  readonly anyName: boolean;
  /** Those of that role that are another migration's. */
  readonly except: readonly string[];
}

/** The subscriptions that a load's owner has in this database. */
export async function subscriptionsOf(session: SqlTransaction, owner: SubscriptionOwner): Promise<Subscription[]> {
  return session.query<Subscription>(
    `select s.subname::text as "name", s.subenabled as "enabled", s.subslotname::text as "slot",
            to_json(s.subpublications) as "publications",
            coalesce((select t.apply_error_count + t.sync_error_count from pg_stat_subscription_stats t
                       where t.subid = s.oid), 0)::int as "errors",
            exists (select from pg_stat_subscription w where w.subid = s.oid and w.pid is not null) as "hasWorker",
            coalesce((select json_agg(json_build_object('schema', n.nspname, 'table', c.relname, 'state', r.srsubstate))
                        from pg_subscription_rel r join pg_class c on c.oid = r.srrelid
                        join pg_namespace n on n.oid = c.relnamespace where r.srsubid = s.oid), '[]') as "relations"
       from pg_subscription s
      where s.subowner = (select oid from pg_roles where rolname = $1) and ($2 or s.subname ~ '^migration_subscriber_')
        and not exists (select from json_array_elements_text($3::text::json) other where other.value = s.subname)
        and s.subdbid = (select oid from pg_database where datname = current_database())`,
    [owner.role, owner.anyName, JSON.stringify(owner.except)],
  );
}

/** Subscriptions of this database that DMS has made (User Guide, dm-migrating-data-postgresql, names them so), whoever owns them. */
export async function strayDmsSubscriptions(session: SqlTransaction): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `select subname::text as "name" from pg_subscription
      where subname ~ '^migration_subscriber_' and subdbid = (select oid from pg_database where datname = current_database())`,
  );
  return rows.map(({ name }) => name);
}

/** Rows that COPY has brought into this database's tables so far, over the copies that run now. */
export async function rowsBeingCopied(session: SqlTransaction): Promise<number> {
  const rows = await session.query<{ copied: number }>(
    `select coalesce(sum(tuples_processed), 0)::float8 as "copied" from pg_stat_progress_copy
      where datname = current_database() and command = 'COPY FROM'`,
  );
  return rows[0]?.copied ?? 0;
}

/**
 * Drops the subscriptions of a load, acting as their owner, without touching the publisher: the slot there is dropped with the
 * publisher's left-overs, or goes with its cluster.
 */
export async function dropSubscriptions(session: SqlSession, owner: SubscriptionOwner): Promise<Subscription[]> {
  const subscriptions = await subscriptionsOf(session, owner);
  for (const { name } of subscriptions) {
    await session.transaction({ settings: { role: owner.role } }, async (transaction) => {
      await transaction.query(`alter subscription ${id(name)} disable`);
      await transaction.query(`alter subscription ${id(name)} set (slot_name = none)`);
      // With a slot name DROP SUBSCRIPTION would have to reach the publisher, and may not run in a transaction.
      await transaction.query(`drop subscription ${id(name)}`);
    });
  }
  return subscriptions;
}

export interface PublisherLeftOvers {
  readonly slots: readonly string[];
  readonly publications: readonly string[];
}

/** What DMS leaves on a source (User Guide, dm-migrating-data-postgresql), and what PostgreSQL's own table synchronisation leaves. */
export async function publisherLeftOvers(session: SqlTransaction): Promise<PublisherLeftOvers> {
  const slots = await session.query<{ name: string }>(
    `select slot_name::text as "name" from pg_replication_slots
      where slot_name ~ '^(migration_subscriber_|pg_[0-9]+_sync_)' order by 1`,
  );
  const publications = await session.query<{ name: string }>(
    `select pubname::text as "name" from pg_publication where pubname ~ '^publication_' order by 1`,
  );
  return { slots: slots.map(({ name }) => name), publications: publications.map(({ name }) => name) };
}

/** Drops a slot; false while a walsender still holds it. */
export async function dropSlot(session: SqlTransaction, slot: string): Promise<boolean> {
  await session.query(
    "select pg_drop_replication_slot(slot_name)::text from pg_replication_slots where slot_name = $1 and not active",
    [slot],
  );
  const left = await session.query("select 1 as there from pg_replication_slots where slot_name = $1", [slot]);
  return left.length === 0;
}
