import { join } from "node:path";
import { escapeIdentifier, type ClientBase } from "pg";
import { withLogin } from "./endpoint.ts";
import { MigrationFailure, messageOf } from "./migration-failure.ts";
import type { Plan } from "./plan.ts";
import { firstError, runProgram, withDisk } from "./programs.ts";
import { quoted, userTables, type TableName } from "./tables.ts";

/**
 * Brings the target's tables into the shape that TablePreparationMode says (user guide, dm-migrating-data-table-prep): existing
 * ones dropped, truncated or left alone; then missing ones made from the source's schema, secondary indexes included, before
 * any row is loaded.
 */
export async function prepareTables(plan: Plan, tables: readonly TableName[], signal: AbortSignal): Promise<void> {
  const missing = await withLogin(plan.target, async (client) => {
    const present = new Set((await userTables(client)).map(quoted));
    const existing = tables.filter((table) => present.has(quoted(table)));
    await clearTables(client, plan, existing);
    const kept = plan.mode === "drop-tables-on-target" ? [] : existing;
    const toMake = tables.filter((table) => !kept.includes(table));
    await makeSchemas(client, toMake);
    return toMake;
  });
  if (missing.length === 0) return;
  await copySchema(plan, missing, signal);
}

async function clearTables(client: ClientBase, { mode }: Plan, existing: readonly TableName[]): Promise<void> {
  if (mode === "do-nothing" || existing.length === 0) return;
  const names = existing.map(quoted).join(", ");
  const statement = mode === "truncate" ? `TRUNCATE ${names}` : `DROP TABLE ${names} CASCADE`;
  await client.query(statement).catch((error: unknown) => {
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

/** pg_restore goes on after an error, as AWS lets it; what counts is that the tables are there in the end. */
async function copySchema(plan: Plan, tables: readonly TableName[], signal: AbortSignal): Promise<void> {
  await withDisk(plan, async (folder) => {
    const file = join(folder, "schema.dump");
    const only = tables.map((table) => `--table=${quoted(table)}`);
    const dumped = await runProgram(plan, "pg_dump", {
      endpoint: plan.source,
      args: ["--schema-only", "--format=custom", "--no-publications", "--no-subscriptions", ...only, `--file=${file}`],
      signal,
    });
    if (dumped.code !== 0) throw new MigrationFailure(`Schema dump failed. ${firstError(dumped.stderr)}`);
    const restored = await runProgram(plan, "pg_restore", {
      endpoint: plan.target,
      args: [`--dbname=${plan.target.database}`, file],
      signal,
    });
    const present = new Set((await withLogin(plan.target, userTables)).map(quoted));
    const absent = tables.filter((table) => !present.has(quoted(table)));
    if (absent.length === 0) return;
    throw new MigrationFailure(
      `Schema restore failed for ${absent.map(quoted).join(", ")}. ${firstError(restored.stderr)}`,
    );
  });
}
