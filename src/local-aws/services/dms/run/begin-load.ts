import { setState } from "../statuses.ts";
import type { MigrationRun } from "./migration-run.ts";
import { noteStart } from "./progress.ts";

/** The load runs from now on: nothing of its tables is read yet, and users of the target may be at work. */
export async function beginLoad({ world, migration }: MigrationRun, tables: number): Promise<void> {
  noteStart(migration, tables);
  setState(migration, "load-running");
  await Promise.all(world.dms.whenLoadRuns.splice(0).map((act) => act()));
}
