import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import type { Task } from "../progress.ts";
import { waitFor } from "../wait.ts";
import { id, lit } from "./identifiers.ts";
import type { SqlSession, SqlTransaction } from "./session.ts";
import type { StoredIndex } from "./undo-record.ts";

/** Longer than any build that was seen, doubled. */
const limitMs = 24 * 3_600_000;

/**
 * Builds an index while inserts go on: it takes longer, and waits for every transaction that is older than it. Waits for one that a call which
 * was cut off has begun, and removes what such a one has left invalid. Throws a UsageError over the Data API.
 */
export async function buildConcurrently(
  session: SqlSession,
  index: StoredIndex,
  task: Task,
  context: Context,
): Promise<void> {
  const alone = requireConcurrently(session);
  await waitFor(
    `Building ${index.index}`,
    async () =>
      (await isBeingBuilt(session, index))
        ? { done: false, state: "is being built already, by a call that was cut off" }
        : { done: true, value: true },
    context,
    { timeoutMs: limitMs, onState: (state) => task.state(state) },
  );
  const [left] = await session.query<{ invalid: boolean }>(`select ${leftInvalid(index)} as "invalid"`);
  if (left?.invalid === true) await alone(`drop index concurrently if exists ${id(index.schema, index.index)}`);
  await alone(index.definition.replace(/^CREATE( UNIQUE)? INDEX /, "CREATE$1 INDEX CONCURRENTLY IF NOT EXISTS "));
}

/** What runs a statement that no transaction may hold. Throws a UsageError for a session that has no such thing: the Data API's. */
export function requireConcurrently(session: SqlSession): NonNullable<SqlSession["alone"]> {
  if (session.alone !== undefined) return session.alone;
  throw new UsageError(
    "--concurrently needs a connection of its own, and the Data API gives none.",
    "Use --connect direct, or leave --concurrently out: reading goes on either way.",
  );
}

/** Whether a concurrent build that did not come to its end has left this very index invalid; an SQL expression. */
export function leftInvalid({ schema, index, definition }: StoredIndex): string {
  return `exists (
      select from pg_index x join pg_class i on i.oid = x.indexrelid join pg_namespace n on n.oid = i.relnamespace
       where n.nspname = ${lit(schema)} and i.relname = ${lit(index)}
         and not x.indisvalid and pg_get_indexdef(i.oid) = ${lit(definition)})`;
}

async function isBeingBuilt(session: SqlTransaction, { schema, table, index }: StoredIndex): Promise<boolean> {
  const building = await session.query(
    `select 1 as "building" from pg_stat_progress_create_index
      where relid = to_regclass($1) and command = 'CREATE INDEX CONCURRENTLY'
        and (index_relid = 0 or index_relid = to_regclass($2))`,
    [id(schema, table), id(schema, index)],
  );
  return building.length > 0;
}
