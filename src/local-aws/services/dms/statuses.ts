import type { DataMigration } from "@aws-sdk/client-database-migration-service";

/** The states of a data migration (user guide, dm-migrating-data-statuses), as the world keeps them. */
export type MigrationState =
  | "creating"
  | "ready"
  | "starting"
  | "load-running"
  | "load-complete-replication-ongoing"
  | "replication-ongoing"
  | "reloading-target"
  | "stopping"
  | "stopped"
  | "failed"
  | "deleting"
  | "maintenance";

/** How states are spelled in answers. */
export type StatusSpelling = Readonly<Record<MigrationState, string>>;

/** The guide's words in lower case with hyphens. The API's own spelling is documented nowhere, so this is a choice, not a fact. */
export const hyphenated: StatusSpelling = {
  creating: "creating",
  ready: "ready",
  starting: "starting",
  "load-running": "load-running",
  "load-complete-replication-ongoing": "load-complete-replication-ongoing",
  "replication-ongoing": "replication-ongoing",
  "reloading-target": "reloading-target",
  stopping: "stopping",
  stopped: "stopped",
  failed: "failed",
  deleting: "deleting",
  maintenance: "maintenance",
};

/** The state that a data migration of the world is in. */
export function stateOf(migration: DataMigration): MigrationState {
  return migration.DataMigrationStatus as MigrationState;
}

/** Moves a data migration of the world to `state`. */
export function setState(migration: DataMigration, state: MigrationState): void {
  migration.DataMigrationStatus = state;
}
