import { escapeIdentifier, type ClientBase } from "pg";
import { withLogin } from "./endpoint.ts";
import { MigrationFailure } from "./migration-failure.ts";
import type { Plan } from "./plan.ts";

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** `"schema"."table"`, for SQL and for `pg_dump --table`. */
export function quoted({ schema, table }: TableName): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
}

/** The source's tables that the selection rules include (views, which AWS migrates as tables, are left out here). */
export async function selectedTables(plan: Plan): Promise<TableName[]> {
  const tables = await withLogin(plan.source, userTables);
  const selected = tables.filter(({ schema, table }) => plan.selects(schema, table));
  if (selected.length > 0) return selected;
  throw new MigrationFailure(
    "No tables were found at initialization. Either the selected tables or schemas no longer exist or no match was found for " +
      "the selection rules.",
  );
}

/** The extensions that the columns of these tables have their types from. */
export async function extensionsOf(client: ClientBase, tables: readonly TableName[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT e.extname AS name
       FROM pg_attribute a
       JOIN pg_type t ON t.oid = a.atttypid
       JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid IN (t.oid, t.typelem) AND d.deptype = 'e'
       JOIN pg_extension e ON e.oid = d.refobjid
      WHERE a.attrelid = ANY ($1::text[]::regclass[]) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY 1`,
    [tables.map(quoted)],
  );
  return rows.map(({ name }) => name);
}

/** All tables of a database but the system's and those that belong to an extension. */
export async function userTables(client: ClientBase): Promise<TableName[]> {
  const { rows } = await client.query<TableName>(`
    SELECT n.nspname AS schema, c.relname AS table
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
       AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY n.nspname, c.relname`);
  return rows;
}
