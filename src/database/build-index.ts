import type { Context } from "../context.ts";
import { waitFor } from "../wait.ts";
import { withSession } from "./with-session.ts";
import { listsOf } from "./index-definition.ts";
import { type IndexShape, indexMemory } from "./index-memory.ts";
import { id, lit } from "./identifiers.ts";
import { ExpectedError } from "../errors.ts";
import type { Task } from "../progress.ts";
import { buildConcurrently, leftInvalid } from "./build-concurrently.ts";
import { vectorIndexes } from "./catalog.ts";
import { runLong } from "./long-statement.ts";
import { type Database, sqlState, type SqlSession } from "./session.ts";
import { markingRestored, type StoredIndex } from "./undo-record.ts";

/** SQLSTATE of a lock that was not had within lock_timeout. */
const lockNotAvailable = "55P03";

/**
 * Runs a transaction that needs a strong lock on a table in use: each try waits `lockTimeout` at most, so that the application's own
 * queries never queue behind it for longer, and it is tried again for ten minutes. The task is told when it is kept waiting.
 */
export async function underLock<T>(what: string, task: Task, context: Context, attempt: () => Promise<T>): Promise<T> {
  return waitFor(
    what,
    async () => {
      try {
        return { done: true, value: await attempt() };
      } catch (error) {
        if (sqlState(error) !== lockNotAvailable) throw error;
        return { done: false, state: "the table is locked by others" };
      }
    },
    context,
    {
      timeoutMs: 10 * 60_000,
      everyMs: 1_000,
      onState: (state) => task.state(`${state}, trying again`),
    },
  );
}

/** How long a try waits for its lock: the application's inserts wait behind it meanwhile. */
export const lockTimeout = "3s";

/**
 * Builds a stored index again, and tells the task how far it is; reading goes on meanwhile. Inserts wait until it is built, but for one that is
 * built concurrently.
 */
export async function buildStoredIndex(
  database: Database,
  { concurrently, ...index }: StoredIndex & { readonly concurrently: boolean },
  task: Task,
  context: Context,
): Promise<void> {
  await tellingBuild(database, index, task, context, async (session) => {
    if (concurrently) await buildConcurrently(session, index, task, context);
    // Also after it: finds the index that is there, and notes it.
    await underLock(`Building ${index.index}`, task, context, () => build(session, index, task, context));
  });
}

/** Tells the task how far a build on the index's table is, while the work goes on. */
export async function tellingBuild(
  database: Database,
  index: StoredIndex,
  task: Task,
  context: Context,
  work: (session: SqlSession) => Promise<void>,
): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const progress = watchBuild(database, index, task, { ...context, signal }).catch(() => undefined);
  try {
    await withSession(database, context, work);
  } finally {
    ended.abort();
    await progress;
  }
}

/** Work that goes on whatever becomes of this command; another call waits for what still builds. */
async function build(session: SqlSession, index: StoredIndex, task: Task, context: Context): Promise<void> {
  const settings = await buildSettings(session, index);
  // An index of that name may be there, made by somebody meanwhile: good if it is the same one.
  const create = index.definition.replace(/^CREATE( UNIQUE)? INDEX /, "CREATE$1 INDEX IF NOT EXISTS ");
  const body = `
    if ${leftInvalid(index)} then
      drop index ${id(index.schema, index.index)};
    end if;
    execute ${lit(create)};
    if not exists (
      select from pg_index x join pg_class i on i.oid = x.indexrelid join pg_namespace n on n.oid = i.relnamespace
       where n.nspname = ${lit(index.schema)} and i.relname = ${lit(index.index)}
         and x.indisvalid and pg_get_indexdef(i.oid) = ${lit(index.definition)}) then
      raise exception 'another index' using errcode = ${lit(anotherIndex)};
    end if;
    ${markingRestored(index)};`;
  const waiting = () => task.state("is being built already, by a call that was cut off; waiting for that one");
  try {
    await runLong(session, { name: `index ${index.schema}.${index.index}`, settings, body }, context, waiting);
  } catch (error) {
    throw sqlState(error) === anotherIndex ? await notTheSame(session, index) : error;
  }
}

/** What a build is done with: a lock that is not waited for long, and the memory that pgvector needs. */
export async function buildSettings(session: SqlSession, index: StoredIndex): Promise<Record<string, string>> {
  const memory = indexMemory(await shapeOf(session, index));
  return { lock_timeout: lockTimeout, maintenance_work_mem: `${Math.ceil(memory / 1024)}kB` };
}

/** SQLSTATE of our own: the index that is there is not the stored one. */
const anotherIndex = "BCM01";

async function notTheSame(session: SqlSession, index: StoredIndex): Promise<ExpectedError> {
  const there = await vectorIndexes(session, index.schema, index.table);
  const same = there.find((one) => one.index === index.index);
  return new ExpectedError(
    `The index ${index.schema}.${index.index} that is on the new cluster is not the one that this run has dropped${same?.valid === false ? ": it is invalid" : ""}.`,
    `On the new cluster: DROP INDEX ${id(index.schema, index.index)}; then run the same command again, which builds: ${index.definition}`,
  );
}

async function shapeOf(session: SqlSession, index: StoredIndex): Promise<IndexShape> {
  const [shape] = await session.query<Omit<IndexShape, "method" | "lists">>(
    `select greatest(c.reltuples, 0)::float8 as "rows",
            coalesce((select max(a.atttypmod) from pg_attribute a join pg_type t on t.oid = a.atttypid
                       where a.attrelid = c.oid and t.typname = 'vector'), 1024)::int as "dimensions",
            pg_size_bytes(current_setting('shared_buffers'))::float8 as "sharedBuffers",
            pg_size_bytes(current_setting('maintenance_work_mem'))::float8 as "maintenanceWorkMem"
       from pg_class c where c.oid = to_regclass($1)`,
    [id(index.schema, index.table)],
  );
  if (shape === undefined) throw new Error(`table ${index.schema}.${index.table} is gone`);
  return {
    ...shape,
    method: index.definition.includes(" USING hnsw ") ? "hnsw" : "ivfflat",
    lists: listsOf(index.definition) ?? 100,
  };
}

interface BuildProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

/** Tells how far the build is, from pg_stat_progress_create_index, until the signal ends it. */
async function watchBuild(database: Database, index: StoredIndex, task: Task, context: Context): Promise<void> {
  await withSession(database, context, async (session) => {
    for (;;) {
      await context.clock.sleep(Math.min(context.pollMs, 2_000), context.signal);
      const [seen] = await session.query<BuildProgress>(
        `select phase, tuples_done::float8 as "done", tuples_total::float8 as "total" from pg_stat_progress_create_index
          where relid = to_regclass($1)`,
        [id(index.schema, index.table)],
      );
      if (seen === undefined) continue;
      const phase = seen.phase.replace("building index: ", "");
      if (seen.total > 0) task.measure({ phase, done: seen.done, total: seen.total, unit: "tuples" });
      else task.state(phase);
    }
  });
}
