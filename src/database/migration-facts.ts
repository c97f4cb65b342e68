import type { SqlTransaction } from "./session.ts";

export interface Column {
  readonly name: string;
  /** As PostgreSQL spells it: `vector(1024)`, `character(26)`. */
  readonly type: string;
  readonly nullable: boolean;
  /** Whether an insert may leave it out. */
  readonly optional: boolean;
}

export interface TableShape {
  readonly columns: readonly Column[];
  /** Empty where there is none. */
  readonly primaryKey: readonly string[];
}

export interface Extension {
  readonly version: string;
  readonly schema: string;
  /** Every version that the server could install or update to. */
  readonly available: readonly string[];
}

/** What a server has for logical replication, and how much of it is taken. */
export interface ReplicationCapacity {
  readonly walLevel: string;
  /** Slots where data is sent from; replication origins where it is received: one setting bounds either. */
  readonly maxSlots: number;
  readonly usedSlots: number;
  readonly usedOrigins: number;
  readonly maxWalSenders: number;
  readonly usedWalSenders: number;
  /** For apply and table synchronisation workers, where data is received. */
  readonly maxWorkers: number;
  readonly usedWorkers: number;
  readonly maxProcesses: number;
}

/** The columns and primary key of a table; undefined where there is no such table. */
export async function tableShape(
  session: SqlTransaction,
  schema: string,
  table: string,
): Promise<TableShape | undefined> {
  const columns = await session.query<Column & { readonly keyPosition: number | null }>(
    `select a.attname::text as "name", format_type(a.atttypid, a.atttypmod) as "type", not a.attnotnull as "nullable",
            not a.attnotnull or a.atthasdef or a.attidentity <> '' as "optional",
            array_position(k.conkey, a.attnum) as "keyPosition"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
      where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')
      order by a.attnum`,
    [schema, table],
  );
  if (columns.length === 0) return undefined;
  const key = columns
    .filter((one) => one.keyPosition !== null)
    .toSorted((a, b) => Number(a.keyPosition) - Number(b.keyPosition));
  return {
    columns: columns.map(({ name, type, nullable, optional }) => ({ name, type, nullable, optional })),
    primaryKey: key.map(({ name }) => name),
  };
}

/** A type without the schema that the search path lets PostgreSQL write or leave out: that is told on its own. */
export function bareType(type: string): string {
  return type.replace(/^("[^"]+"|[^".]+)\./, "");
}

/** Version and schema of an extension; undefined where it is not installed. */
export async function installedExtension(session: SqlTransaction, name: string): Promise<Extension | undefined> {
  const rows = await session.query<Extension>(
    `select e.extversion::text as "version", n.nspname::text as "schema",
            array(select v.version::text from pg_available_extension_versions v where v.name = e.extname) as "available"
       from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = $1`,
    [name],
  );
  return rows[0];
}

export interface NamedExtension extends Pick<Extension, "version" | "schema"> {
  readonly name: string;
  /** The version that the server's engine updates it to; null where it has none to offer. */
  readonly offered: string | null;
}

/** Every extension of the database. */
export async function installedExtensions(session: SqlTransaction): Promise<NamedExtension[]> {
  return session.query(
    `select e.extname::text as "name", e.extversion::text as "version", n.nspname::text as "schema",
            (select a.default_version::text from pg_available_extensions a where a.name = e.extname) as "offered"
       from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by 1`,
  );
}

/** The server's own version: `15.3`. */
export async function serverVersion(session: SqlTransaction): Promise<string> {
  const [row] = await session.query<{ version: string }>(`select current_setting('server_version') as "version"`);
  return row?.version ?? "";
}

/** What the server could still do for logical replication. */
export async function replicationCapacity(session: SqlTransaction): Promise<ReplicationCapacity> {
  const [capacity] = await session.query<ReplicationCapacity>(
    `select current_setting('wal_level') as "walLevel",
            current_setting('max_replication_slots')::int as "maxSlots",
            (select count(*) from pg_replication_slots)::int as "usedSlots",
            (select count(*) from pg_replication_origin)::int as "usedOrigins",
            current_setting('max_wal_senders')::int as "maxWalSenders",
            (select count(*) from pg_stat_replication)::int as "usedWalSenders",
            current_setting('max_logical_replication_workers')::int as "maxWorkers",
            (select count(*) from pg_stat_subscription where pid is not null)::int as "usedWorkers",
            current_setting('max_worker_processes')::int as "maxProcesses"`,
  );
  if (capacity === undefined) throw new Error("a select without a from gave no row");
  return capacity;
}
