import { join } from "node:path";
import { beginLoad } from "./begin-load.ts";
import { MigrationFailure } from "./migration-failure.ts";
import type { MigrationRun } from "./migration-run.ts";
import type { Plan } from "./plan.ts";
import { prepareTables } from "./prepare-tables.ts";
import { noteLoaded } from "./progress.ts";
import { firstError, runProgram, withDisk } from "./programs.ts";
import { restoreProgress } from "./restore-progress.ts";
import { quoted, selectedTables, type TableName } from "./tables.ts";

/**
 * "uses pg_dump to read data from your source database and store it on the disk attached to the serverless environment …, uses
 * pg_restore in the target database" (user guide, dm-migrating-data-postgresql). Returns when all is loaded.
 */
export async function fullLoad(run: MigrationRun, plan: Plan): Promise<void> {
  const tables = await selectedTables(plan);
  await beginLoad(run, tables.length);
  await prepareTables(plan, tables, run.signal);
  await withDisk(plan, (folder) => copyRows(run, plan, { tables, dump: join(folder, "data") }));
}

/** A table counts as loading from when it is read until it is written. */
async function copyRows(
  run: MigrationRun,
  plan: Plan,
  { tables, dump }: { tables: readonly TableName[]; dump: string },
): Promise<void> {
  const common = ["--data-only", "--format=directory", `--jobs=${String(plan.jobs)}`];
  noteLoaded(run.migration, tables.length, { loaded: 0, errored: 0 });
  const dumped = await runProgram(plan, "pg_dump", {
    endpoint: plan.source,
    args: [...common, ...tables.map((table) => `--table=${quoted(table)}`), `--file=${dump}`],
    signal: run.signal,
  });
  if (dumped.code !== 0) throw new MigrationFailure(`Reading the source failed. ${firstError(dumped.stderr)}`);
  const progress = restoreProgress();
  const restored = await runProgram(plan, "pg_restore", {
    endpoint: plan.target,
    args: [...common, "--verbose", `--dbname=${plan.target.database}`, dump],
    signal: run.signal,
    onLine: (line) => noteLoaded(run.migration, tables.length, progress(line)),
  });
  if (restored.code !== 0) throw new MigrationFailure(`Loading the target failed. ${firstError(restored.stderr)}`);
  noteLoaded(run.migration, tables.length, { loaded: tables.length, errored: 0 });
}
