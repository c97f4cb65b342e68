import { escapeIdentifier, type ClientBase } from "pg";
import { withLogin } from "./endpoint.ts";
import { MigrationFailure, messageOf } from "./migration-failure.ts";
import type { Plan } from "./plan.ts";
import { restoreExtensions, restoreSecondaryIndexes, restoreTables } from "./restore-schema.ts";
import { quoted, userTables, type TableName } from "./tables.ts";

/**
 * Brings the target's tables into the shape that TablePreparationMode says (user guide, dm-migrating-data-table-prep): existing
 * ones dropped, truncated or left alone; then missing ones made from the source's schema, secondary indexes included, before
 * any row is loaded.
 */
export async function prepareTables(plan: Plan, tables: readonly TableName[], signal: AbortSignal): Promise<void> {
  const { missing, kept } = await withLogin(plan.target, (client) => clearTarget(client, plan, tables));
  await restoreExtensions(plan, tables, signal);
  if (missing.length > 0) await restoreTables(plan, missing, signal);
  if (kept.length === 0 || plan.world.variants["secondary-indexes"] === "kept") return;
  await restoreSecondaryIndexes(plan, kept, signal);
}

/** Drops or truncates, makes the schemas that are not there, and tells which tables have to be made, and which are there. */
async function clearTarget(
  client: ClientBase,
  plan: Plan,
  tables: readonly TableName[],
): Promise<{ missing: TableName[]; kept: TableName[] }> {
  const all = await userTables(client);
  const present = new Set(all.map(quoted));
  const existing = tables.filter((table) => present.has(quoted(table)));
  if (plan.mode === "drop-tables-on-target") await change(client, plan, "DROP TABLE", existing);
  if (plan.mode === "truncate") await change(client, plan, "TRUNCATE", truncated(plan, all, existing));
  const kept = plan.mode === "drop-tables-on-target" ? [] : existing;
  const missing = tables.filter((table) => !kept.includes(table));
  await makeSchemas(client, missing);
  return { missing, kept };
}

/** "truncates all existing target tables": whether all of the database are meant is left open. */
function truncated(plan: Plan, all: readonly TableName[], existing: readonly TableName[]): readonly TableName[] {
  return plan.world.variants["truncate-scope"] === "all" ? all : existing;
}

async function change(
  client: ClientBase,
  { mode }: Plan,
  verb: "TRUNCATE" | "DROP TABLE",
  tables: readonly TableName[],
): Promise<void> {
  if (tables.length === 0) return;
  const names = tables.map(quoted).join(", ");
  await client.query(`${verb} ${names}${verb === "DROP TABLE" ? " CASCADE" : ""}`).catch((error: unknown) => {
    throw new MigrationFailure(`Target table preparation (${mode}) failed. ${messageOf(error)}`, { cause: error });
  });
}

async function makeSchemas(client: ClientBase, tables: readonly TableName[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>("SELECT nspname AS name FROM pg_namespace");
  const present = new Set(rows.map(({ name }) => name));
  for (const schema of new Set(tables.map((table) => table.schema))) {
    if (!present.has(schema)) await client.query(`CREATE SCHEMA ${escapeIdentifier(schema)}`);
  }
}
