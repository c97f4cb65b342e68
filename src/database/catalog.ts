import type { SqlTransaction } from "./session.ts";

/** The schema that this tool keeps its own record in, on the target: never counted, never migrated. */
export const recordSchema = "bedrock_chat_migrate";

export interface UserTable {
  readonly schema: string;
  readonly table: string;
  /** Whether the login may read all of it. */
  readonly readable: boolean;
}

/** Tables in one answer: with names of 63 bytes they stay far below what the Data API gives at once. */
const tablesInPage = 1_000;

/** Every table that users made: no system tables, none that an extension owns, none of ours; a partitioned table once. */
export async function userTables(session: SqlTransaction): Promise<UserTable[]> {
  const tables: UserTable[] = [];
  for (;;) {
    const last = tables.at(-1);
    const page = await session.query<UserTable>(
      `select n.nspname::text as "schema", c.relname::text as "table", has_table_privilege(c.oid, 'SELECT') as "readable"
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and not c.relispartition
          and n.nspname not in ('pg_catalog', 'information_schema', $1::text) and n.nspname !~ '^pg_(toast|temp)'
          and not exists (select from pg_depend d
                           where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
          and (n.nspname, c.relname) > ($2::name, $3::name)
        order by n.nspname, c.relname limit ${tablesInPage}`,
      [recordSchema, last?.schema ?? "", last?.table ?? ""],
    );
    tables.push(...page);
    if (page.length < tablesInPage) return tables;
  }
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

export interface TableIndex {
  readonly index: string;
  /** A complete CREATE INDEX statement, as PostgreSQL spells it. */
  readonly definition: string;
  /** Whether queries may use it: valid, and kept up to date by writers. */
  readonly usable: boolean;
  readonly primary: boolean;
}

/** Every index of a table, the primary key's included. */
export async function tableIndexes(session: SqlTransaction, schema: string, table: string): Promise<TableIndex[]> {
  return session.query<TableIndex>(
    `select i.relname::text as "index", pg_get_indexdef(i.oid) as "definition",
            x.indisvalid and x.indisready as "usable", x.indisprimary as "primary"
       from pg_index x
       join pg_class i on i.oid = x.indexrelid
       join pg_class t on t.oid = x.indrelid
       join pg_namespace n on n.oid = t.relnamespace
      where n.nspname = $1 and t.relname = $2
      order by i.relname`,
    [schema, table],
  );
}

/** Whether a table of that name is there. */
export async function tableExists(session: SqlTransaction, schema: string, table: string): Promise<boolean> {
  const rows = await session.query(
    `select 1 as "there" from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')`,
    [schema, table],
  );
  return rows.length > 0;
}
