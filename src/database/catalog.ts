import type { SqlTransaction } from "./session.ts";

/** The schema that this tool keeps its own record in, on the target: never counted, never migrated. */
export const recordSchema = "bedrock_chat_migrate";

export interface UserTable {
  readonly schema: string;
  readonly table: string;
  /** Whether the login may read all of it. */
  readonly readable: boolean;
}

/** Every table that users made: no system tables, none that an extension owns, none of ours; a partitioned table once. */
export async function userTables(session: SqlTransaction): Promise<UserTable[]> {
  return session.query<UserTable>(
    `select n.nspname::text as "schema", c.relname::text as "table", has_table_privilege(c.oid, 'SELECT') as "readable"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition
        and n.nspname not in ('pg_catalog', 'information_schema', $1) and n.nspname !~ '^pg_(toast|temp)'
        and not exists (select from pg_depend d
                         where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      order by 1, 2`,
    [recordSchema],
  );
}

export interface VectorIndex {
  readonly schema: string;
  readonly table: string;
  readonly index: string;
  /** A complete CREATE INDEX statement. */
  readonly definition: string;
  readonly valid: boolean;
}

/** The pgvector indexes (ivfflat, hnsw) on a table. */
export async function vectorIndexes(session: SqlTransaction, schema: string, table: string): Promise<VectorIndex[]> {
  return session.query<VectorIndex>(
    `select n.nspname::text as "schema", t.relname::text as "table", i.relname::text as "index",
            pg_get_indexdef(i.oid) as "definition", x.indisvalid as "valid"
       from pg_index x
       join pg_class i on i.oid = x.indexrelid
       join pg_class t on t.oid = x.indrelid
       join pg_namespace n on n.oid = t.relnamespace
       join pg_am a on a.oid = i.relam
      where n.nspname = $1 and t.relname = $2 and a.amname in ('ivfflat', 'hnsw')
      order by 3`,
    [schema, table],
  );
}

/** Whether a table of that name is there. */
export async function tableExists(session: SqlTransaction, schema: string, table: string): Promise<boolean> {
  const rows = await session.query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')`,
    [schema, table],
  );
  return rows.length > 0;
}
