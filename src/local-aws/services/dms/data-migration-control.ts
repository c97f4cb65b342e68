import type { DataMigration, StartReplicationMigrationTypeValue } from "@aws-sdk/client-database-migration-service";
import type { Handlers } from "../../service.ts";
import { answered, findDataMigration, requireState } from "./data-migrations.ts";
import { invalidOperation, invalidParameter } from "./faults.ts";
import type { MigrationRuns } from "./migration-runs.ts";
import type { DmsSdk } from "./sdk.ts";
import { atRest } from "./statuses.ts";

/** Start and Stop of data migrations. */
export function dataMigrationControlHandlers(runs: MigrationRuns): Handlers<DmsSdk> {
  return {
    StartDataMigration({ DataMigrationIdentifier = "", StartType }, { world }) {
      const migration = findDataMigration(world, DataMigrationIdentifier);
      checkStart(runs, migration, StartType);
      runs.start(world, migration, StartType);
      return { DataMigration: answered(world, migration) };
    },

    StopDataMigration({ DataMigrationIdentifier = "" }, { world }) {
      const migration = findDataMigration(world, DataMigrationIdentifier);
      const running = ["starting", "load-running", "load-complete-replication-ongoing", "replication-ongoing"] as const;
      requireState(migration, [...running, "reloading-target"], "stopped");
      runs.stop(world, migration);
      return { DataMigration: answered(world, migration) };
    },
  };
}

/** A first start is `start-replication`; one that has run is resumed or reloaded (user guide, dm-migrating-data-manage). */
function checkStart(
  runs: MigrationRuns,
  migration: DataMigration,
  startType: StartReplicationMigrationTypeValue | undefined,
): asserts startType is StartReplicationMigrationTypeValue {
  const startTypes: readonly unknown[] = ["start-replication", "resume-processing", "reload-target"];
  if (!startTypes.includes(startType)) throw invalidParameter(`StartType '${String(startType)}' is not valid.`);
  if (!runs.hasRun(migration)) {
    requireState(migration, ["ready"], "started");
    if (startType === "start-replication") return;
    throw invalidOperation("A data migration that has never been started can only be started with start-replication.");
  }
  requireState(migration, startType === "resume-processing" ? ["stopped"] : atRest, "started again");
  if (startType !== "start-replication") return;
  throw invalidOperation("A data migration that has been started can only be resumed or reloaded.");
}
