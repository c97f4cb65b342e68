import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { escapeIdentifier } from "pg";
import { withLogin } from "./endpoint.ts";
import { MigrationFailure } from "./migration-failure.ts";
import type { Plan } from "./plan.ts";
import { errorsOf, firstError, runProgram, withDisk } from "./programs.ts";
import { extensionsOf, quoted, userTables, type TableName } from "./tables.ts";

/** Entries of a dump's table of contents, as `pg_restore --list` writes them: `3079 16385 EXTENSION - vector`. */
const extensionEntry = /^\d+; \d+ \d+ (COMMENT - )?EXTENSION /;
const indexEntry = /^\d+; \d+ \d+ INDEX /;

/**
 * Restores the extensions whose types the tables have, as a pg_dump of a database does: `CREATE EXTENSION IF NOT EXISTS`, which
 * does nothing where it exists, and `COMMENT ON EXTENSION`, which needs its owner.
 */
export async function restoreExtensions(plan: Plan, tables: readonly TableName[], signal: AbortSignal): Promise<void> {
  const extensions = await withLogin(plan.source, (client) => extensionsOf(client, tables));
  if (extensions.length === 0) return;
  const select = extensions.map((name) => `--extension=${escapeIdentifier(name)}`);
  judge(plan, await restoreSchema(plan, { tables, select, only: extensionEntry, signal }));
}

/** Makes tables as the source has them, with all that belongs to them. Fails the migration when one of them can't be made. */
export async function restoreTables(plan: Plan, tables: readonly TableName[], signal: AbortSignal): Promise<void> {
  const stderr = await restoreSchema(plan, { tables, signal });
  const present = new Set((await withLogin(plan.target, userTables)).map(quoted));
  const absent = tables.filter((table) => !present.has(quoted(table)));
  if (absent.length > 0)
    throw new MigrationFailure(`Schema restore failed for ${absent.map(quoted).join(", ")}. ${firstError(stderr)}`);
  judge(plan, stderr);
}

/** Makes the source's indexes on tables that are there; who logs in may not own them, which never counts. */
export async function restoreSecondaryIndexes(
  plan: Plan,
  tables: readonly TableName[],
  signal: AbortSignal,
): Promise<void> {
  judge(plan, await restoreSchema(plan, { tables, only: indexEntry, signal }), /already exists|must be owner of table/);
}

/** pg_restore goes on after an error; whether AWS then goes on as well is left open. That something exists is never an error. */
function judge({ world }: Plan, stderr: string, noise = /already exists/): void {
  if (world.variants["restore-noise"] === "tolerated") return;
  const error = errorsOf(stderr).find((line) => !noise.test(line));
  if (error !== undefined) throw new MigrationFailure(`Schema restore failed. ${error}`);
}

interface SchemaPart {
  readonly tables: readonly TableName[];
  /** More arguments of pg_dump that select objects. */
  readonly select?: readonly string[];
  /** The entries to restore; all of them when left out. */
  readonly only?: RegExp;
  readonly signal: AbortSignal;
}

/** Dumps and restores definitions without rows; gives what pg_restore said. */
async function restoreSchema(plan: Plan, { tables, select = [], only, signal }: SchemaPart): Promise<string> {
  return await withDisk(plan, async (folder) => {
    const archive = join(folder, "schema.dump");
    const selected = [...select, ...tables.map((table) => `--table=${quoted(table)}`)];
    const dumped = await runProgram(plan, "pg_dump", {
      endpoint: plan.source,
      args: [
        "--schema-only",
        "--format=custom",
        "--no-publications",
        "--no-subscriptions",
        ...selected,
        `--file=${archive}`,
      ],
      signal,
    });
    if (dumped.code !== 0) throw new MigrationFailure(`Schema dump failed. ${firstError(dumped.stderr)}`);
    const restore = async (...args: string[]) =>
      await runProgram(plan, "pg_restore", { endpoint: plan.target, args: [...args, archive], signal });
    const list = join(folder, "contents");
    await restore("--list", `--file=${list}`);
    const entries = (await readFile(list, "utf8")).split("\n");
    await writeFile(list, entries.filter((entry) => only?.test(entry) ?? true).join("\n"));
    return (await restore(`--dbname=${plan.target.database}`, `--use-list=${list}`)).stderr;
  });
}
