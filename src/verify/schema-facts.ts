import { z } from "zod";
import { tableIndexes } from "../database/catalog.ts";
import { installedExtensions, tableShape } from "../database/migration-facts.ts";
import type { SqlTransaction } from "../database/session.ts";
import { itemsTable } from "../stack/items-table.ts";

export const schemaFactsSchema = z.object({
  /** Left out where there is no such table. */
  table: z
    .object({
      columns: z.array(z.object({ name: z.string(), type: z.string(), nullable: z.boolean(), optional: z.boolean() })),
      primaryKey: z.array(z.string()),
    })
    .exactOptional(),
  indexes: z.array(z.object({ index: z.string(), definition: z.string(), usable: z.boolean(), primary: z.boolean() })),
  extensions: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      schema: z.string(),
      /** The version that the engine updates it to; null where it has none to offer. */
      offered: z.string().nullable(),
    }),
  ),
});

/** What one side has around the rows of `items`, as PostgreSQL spells it. */
export type SchemaFacts = z.infer<typeof schemaFactsSchema>;

/** Reads them from the catalogs: no row is looked at. */
export async function schemaFacts(session: SqlTransaction): Promise<SchemaFacts> {
  const { schema, table } = itemsTable;
  const shape = await tableShape(session, schema, table);
  return {
    ...(shape !== undefined && {
      table: { columns: shape.columns.map((column) => ({ ...column })), primaryKey: [...shape.primaryKey] },
    }),
    indexes: await tableIndexes(session, schema, table),
    extensions: await installedExtensions(session),
  };
}

/**
 * What the login of a session may do with `items`. Upstream's application selects from it (`vector_search.py`), its embedding task deletes a
 * bot's rows and inserts others (`embedding/main.py`), its removal handler deletes (`bot_remove.py`); none updates. The custom resource of a
 * later deploy drops the table and makes it anew, which takes its ownership. All of them log in with the stack's secret.
 */
export interface ApplicationPrivileges {
  readonly user: string;
  readonly owner: string;
  readonly owns: boolean;
  readonly select: boolean;
  readonly insert: boolean;
  readonly delete: boolean;
  /** Schemas that hold the table or the types of its columns, and that the login may not look into. */
  readonly closedSchemas: readonly string[];
}

/** Asks PostgreSQL what the session's login may do; undefined where the table is not there. */
export async function applicationPrivileges(session: SqlTransaction): Promise<ApplicationPrivileges | undefined> {
  const [privileges] = await session.query<ApplicationPrivileges>(
    `select current_user::text as "user", pg_get_userbyid(c.relowner)::text as "owner",
            pg_has_role(current_user, c.relowner, 'USAGE') as "owns",
            has_table_privilege(c.oid, 'SELECT') as "select", has_table_privilege(c.oid, 'INSERT') as "insert",
            has_table_privilege(c.oid, 'DELETE') as "delete",
            array(select s.nspname::text from pg_namespace s
                   where not has_schema_privilege(s.oid, 'USAGE')
                     and (s.oid = n.oid or s.oid in (
                       select t.typnamespace from pg_attribute a join pg_type t on t.oid = a.atttypid
                        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped))
                   order by 1) as "closedSchemas"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')`,
    [itemsTable.schema, itemsTable.table],
  );
  return privileges;
}
