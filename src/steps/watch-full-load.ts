import { isBusy, plainStatus } from "../aws/data-migration-status.ts";
import type { SqlSession } from "../database/session.ts";
import { rowsBeingCopied } from "../database/subscriptions.ts";
import { countArrived } from "./compare-ids.ts";
import type { LoadToFollow, WatchLoad } from "./follow-load.ts";
import { judgeFullLoad } from "./judge-full-load.ts";

/** Watches a full load, by pg_dump and pg_restore: from DMS, and from the target that pg_restore copies into. */
export function watchFullLoad(
  { expectedRows }: LoadToFollow,
  { source, target }: { readonly source: SqlSession; readonly target: SqlSession },
): WatchLoad {
  return async (migration) => {
    const copied = await rowsBeingCopied(target);
    const statistics = migration?.DataMigrationStatistics;
    const judgement = judgeFullLoad({
      status: migration?.DataMigrationStatus ?? "",
      failure: migration?.LastFailureMessage,
      percentage: statistics?.FullLoadPercentage,
      tablesErrored: statistics?.TablesErrored,
      // While it goes on there is nothing to count yet.
      rows: isBusy(plainStatus(migration?.DataMigrationStatus)) ? 0 : await countArrived(source, target),
      expectedRows,
    });
    return { judgement, rows: copied };
  };
}
