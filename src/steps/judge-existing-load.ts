import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import { hasEnded, plainStatus } from "../aws/data-migration-status.ts";
import type { LoadSettings } from "./load-settings.ts";

/** A data migration that an earlier call of the run has made, and what has come of it. */
export interface ExistingLoad {
  /** Undefined where there is none (any more). */
  readonly migration: DataMigration | undefined;
  /** Whether one was started, or was about to be. */
  readonly mayHaveRun: boolean;
  /** What it was made with, and what is wanted now. */
  readonly madeWith: LoadSettings;
  readonly wanted: LoadSettings;
  /** Rows of the source that are on the target. */
  readonly rows: number;
  /** Its subscription on the target: there is none, it has copied all tables, or not yet. */
  readonly replication: "none" | "copied" | "unfinished";
}

export type ExistingLoadJudgement =
  | { readonly verdict: "go on" }
  | { readonly verdict: "resume" | "make anew"; readonly why: string }
  | { readonly verdict: "refuse"; readonly why: string };

/**
 * Whether to go on with a data migration or to make it anew. Anew only where nothing has arrived, and never by DMS's own restart,
 * which "deletes all data from your target database" (User Guide, dm-migrating-data-manage).
 */
export function judgeExistingLoad(load: ExistingLoad): ExistingLoadJudgement {
  const { migration, madeWith, wanted, rows } = load;
  const otherwise = madeWith.migrationType !== wanted.migrationType || madeWith.dmsLogin !== wanted.dmsLogin;
  if (migration === undefined) {
    if (!load.mayHaveRun && !otherwise) return { verdict: "go on" };
    // Its project may be there, and what it left in the databases.
    if (rows === 0)
      return { verdict: "make anew", why: "there is no data migration any more, or none for these flags" };
    if (!load.mayHaveRun) return { verdict: "go on" };
    return {
      verdict: "refuse",
      why: `the run's data migration is gone, and ${rows} of its rows are on the new cluster`,
    };
  }
  const name = `data migration ${migration.DataMigrationName}`;
  const status = plainStatus(migration.DataMigrationStatus);
  if (status !== "failed" && status !== "stopped") {
    if (!otherwise) return { verdict: "go on" };
    const made = `${name} is ${migration.DataMigrationStatus}, made as ${madeWith.migrationType} with the ${madeWith.dmsLogin} login`;
    return hasEnded(status) && rows === 0 ? { verdict: "make anew", why: made } : { verdict: "refuse", why: made };
  }
  // A full load ends stopped; one that was stopped before its end has not loaded everything.
  const percentage = migration.DataMigrationStatistics?.FullLoadPercentage ?? 0;
  if (status === "stopped" && migration.DataMigrationType === "full-load" && percentage >= 100 && !otherwise)
    return { verdict: "go on" };
  const message = migration.LastFailureMessage ?? migration.StopReason;
  const why = `${name} is ${migration.DataMigrationStatus}${message === undefined ? "" : `: ${message}`}`;
  if (rows === 0) return { verdict: "make anew", why };
  if (otherwise || load.replication === "none") return { verdict: "refuse", why };
  // The subscription has kept its place, and the source is frozen: nothing can have been missed meanwhile.
  if (status === "stopped") return { verdict: "resume", why };
  return load.replication === "copied" ? { verdict: "go on" } : { verdict: "refuse", why };
}
