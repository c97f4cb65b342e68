import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import type { VariantValue } from "../../variants.ts";

/**
 * The states of a data migration, as the world keeps them, with the console's words for them (user guide,
 * dm-migrating-data-statuses). The last two are not in its list: they are variants of how a full load ends.
 */
const consoleWords = {
  creating: "Creating",
  ready: "Ready",
  starting: "Starting",
  "load-running": "Load running",
  "load-complete-replication-ongoing": "Load complete, replication ongoing",
  "replication-ongoing": "Replication ongoing",
  "reloading-target": "Reloading target",
  stopping: "Stopping",
  stopped: "Stopped",
  failed: "Failed",
  deleting: "Deleting",
  maintenance: "Maintenance",
  "load-complete": "Load complete",
  completed: "Completed",
} as const;

export type MigrationState = keyof typeof consoleWords;

/** The states of data migrations that have run and do nothing now: they can be changed, reloaded and deleted. */
export const atRest = ["stopped", "failed", "load-complete", "completed"] as const satisfies MigrationState[];

/** A state as answers tell it: the API's own spelling is documented nowhere. */
export function spelled(state: MigrationState, spelling: VariantValue<"status-spelling">): string {
  if (spelling === "console") return consoleWords[state];
  return spelling === "hyphenated" ? state : state.toUpperCase().replaceAll("-", "_");
}

/** The state that a data migration of the world is in. */
export function stateOf(migration: DataMigration): MigrationState {
  return migration.DataMigrationStatus as MigrationState;
}

/** Moves a data migration of the world to `state`. */
export function setState(migration: DataMigration, state: MigrationState): void {
  migration.DataMigrationStatus = state;
}
