import { recordSchema, type VectorIndex } from "./catalog.ts";
import { ExpectedError } from "../errors.ts";
import { id, lit } from "./identifiers.ts";
import { outcomeTable } from "./long-statement.ts";
import type { SqlTransaction } from "./session.ts";

/** The record's one row: the run that holds this target, how far it is, and which command of it works now (the lease). */
export const runTable = id(recordSchema, "run");
const indexTable = id(recordSchema, "stored_index");

/**
 * How far a run has come on the target. `prepared`: nothing of the source is there; `loading`: DMS may have been started; `loaded`: all has
 * arrived; `settled`: the loaded rows are noted; `finished`: the indexes are there again; `undoing`: what was loaded is noted, and goes.
 */
export type Phase = "prepared" | "loading" | "loaded" | "settled" | "finished" | "undoing";

/** Whether a load has come to its end. */
export function isLoaded(phase: Phase): boolean {
  return phase === "loaded" || phase === "settled" || phase === "finished";
}

export interface UndoRecord {
  readonly runId: string;
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly phase: Phase;
  /** The role that DMS logs in with. */
  readonly role: string;
  readonly began: string;
  /** DMS's subscriptions that were there before this run: another migration's, never touched. */
  readonly foreignSubscriptions: readonly string[];
  /** What becomes of bots that had rows on the target, as the run was last told. */
  readonly onExisting: string;
}

/** The record of the run that holds this target, kept where its changes are; undefined on a target that no run has touched. */
export async function readUndoRecord(session: SqlTransaction): Promise<UndoRecord | undefined> {
  const there = await session.query<{ there: boolean }>(`select to_regclass($1) is not null as "there"`, [runTable]);
  if (there[0]?.there !== true) return undefined;
  const rows = await session.query<UndoRecord>(
    `select run_id as "runId", account, region, stack, phase, role_name as "role", began::text as "began",
            foreign_subscriptions as "foreignSubscriptions", on_existing as "onExisting" from ${runTable}`,
  );
  return rows[0];
}

/** Begins the record, in the transaction that makes the first change. `one_run` lets no second run in. */
export async function writeUndoRecord(
  session: SqlTransaction,
  record: Omit<UndoRecord, "phase" | "began">,
): Promise<void> {
  await session.query(`create schema if not exists ${id(recordSchema)}`);
  await session.query(
    `create table if not exists ${runTable} (
       one_run boolean primary key default true check (one_run),
       run_id text not null, account text not null, region text not null, stack text not null,
       phase text not null, role_name text not null, began timestamptz not null default now(),
       foreign_subscriptions jsonb not null default '[]', on_existing text not null,
       lease_holder text, lease_command text, lease_renewed timestamptz, lease_until timestamptz)`,
  );
  await session.query(
    `create table if not exists ${indexTable} (
       schema_name text not null, table_name text not null, index_name text not null,
       definition text not null, restored boolean not null default false, tuned text,
       primary key (schema_name, index_name))`,
  );
  await session.query(
    `create table if not exists ${outcomeTable} (
       name text primary key, token text not null, sql_state text, message text, ended timestamptz not null default now())`,
  );
  await session.query(
    `insert into ${runTable} (run_id, account, region, stack, phase, role_name, foreign_subscriptions, on_existing)
     values ($1, $2, $3, $4, 'prepared', $5, $6::text::jsonb, $7)`,
    [
      record.runId,
      record.account,
      record.region,
      record.stack,
      record.role,
      JSON.stringify(record.foreignSubscriptions),
      record.onExisting,
    ],
  );
}

/** Notes how far a run has come. Throws an ExpectedError where the record is not that run's any more. */
export async function setPhase(session: SqlTransaction, runId: string, phase: Phase): Promise<void> {
  await change(session, runId, "phase", phase);
}

/** Notes that DMS logs in with another role from now on. Throws as `setPhase` does. */
export async function setRole(session: SqlTransaction, runId: string, role: string): Promise<void> {
  await change(session, runId, "role_name", role);
}

/** Notes another choice for bots that have rows on the target. Throws as `setPhase` does. */
export async function setOnExisting(session: SqlTransaction, runId: string, choice: string): Promise<void> {
  await change(session, runId, "on_existing", choice);
}

async function change(session: SqlTransaction, runId: string, column: string, value: string): Promise<void> {
  const changed = await session.query(`update ${runTable} set ${id(column)} = $2 where run_id = $1 returning run_id`, [
    runId,
    value,
  ]);
  if (changed.length > 0) return;
  throw new ExpectedError(
    `The record in the new cluster is not that of run ${runId} any more: another command has ended this run meanwhile.`,
    "`status` shows what is there; `cleanup` removes what is left.",
  );
}

/**
 * Stores an index's definition; in the same transaction the index is dropped. One that the index policy has built itself is not what there was
 * before: the definition that is stored stays.
 */
export async function storeIndex(session: SqlTransaction, index: VectorIndex): Promise<void> {
  await session.query(
    `insert into ${indexTable} (schema_name, table_name, index_name, definition) values ($1, $2, $3, $4)
     on conflict (schema_name, index_name) do update
       set definition = case when excluded.definition = stored_index.tuned then stored_index.definition else excluded.definition end,
           tuned = null, restored = false`,
    [index.schema, index.table, index.index, index.definition],
  );
}

export type StoredIndex = Omit<VectorIndex, "valid">;

/** The indexes that were dropped and are not back yet. */
export async function indexesToRestore(session: SqlTransaction): Promise<StoredIndex[]> {
  return session.query<StoredIndex>(
    `select schema_name as "schema", table_name as "table", index_name as "index", definition
       from ${indexTable} where not restored order by 1, 3`,
  );
}

/** Every index that was dropped, as it was before the run's first change; the record must be there. */
export async function storedIndexes(session: SqlTransaction): Promise<StoredIndex[]> {
  return session.query<StoredIndex>(
    `select schema_name as "schema", table_name as "table", index_name as "index", definition
       from ${indexTable} order by 1, 3`,
  );
}

/** The statement that notes that an index is back: part of the transaction that builds it. */
export function markingRestored(index: StoredIndex): string {
  return `update ${indexTable} set restored = true where schema_name = ${lit(index.schema)} and index_name = ${lit(index.index)}`;
}

/** An index with the definition that it had before, and the one that it was built anew with. */
export interface Tuned extends StoredIndex {
  readonly tuned: string;
}

/** Indexes that the index policy has built anew; the record must be there. */
export async function tunedIndexes(session: SqlTransaction): Promise<Tuned[]> {
  return session.query<Tuned>(
    `select schema_name as "schema", table_name as "table", index_name as "index", definition, tuned
       from ${indexTable} where tuned is not null order by 1, 3`,
  );
}

/** Notes with what definition an index was built anew; where that is the stored one, that it is as it was. In the transaction that does it. */
export async function setTuned(session: SqlTransaction, { schema, index }: StoredIndex, tuned: string): Promise<void> {
  await session.query(
    `update ${indexTable} set tuned = nullif($3::text, definition) where schema_name = $1 and index_name = $2`,
    [schema, index, tuned],
  );
}

/** Removes the record: the last thing that cleanup does on the target. */
export async function dropUndoRecord(session: SqlTransaction): Promise<void> {
  await session.query(`drop schema if exists ${id(recordSchema)} cascade`);
}
