import { hasEnded, isBusy, plainStatus } from "../aws/data-migration-status.ts";
import type { LoadJudgement } from "./judge-load.ts";

/** One look at a full load, from DMS and from the target. */
export interface FullLoadObservation {
  /** As DMS spells it. */
  readonly status: string;
  readonly failure: string | undefined;
  /** DMS's FullLoadPercentage and TablesErrored, where it tells them. */
  readonly percentage: number | undefined;
  readonly tablesErrored: number | undefined;
  /** Rows of the source that are on the target. */
  readonly rows: number;
  readonly expectedRows: number;
}

/**
 * Judges a full load. How its end is called is documented nowhere ("stopped", by elimination), so any word for nothing going on any more will
 * do, if the statistics say that all was loaded without an error and the target holds the rows.
 */
export function judgeFullLoad(seen: FullLoadObservation): LoadJudgement {
  const status = plainStatus(seen.status);
  if (status === "") return { verdict: "failed", why: "the data migration does not exist any more" };
  if (status === "failed") return { verdict: "failed", why: `DMS: ${seen.failure ?? "no reason given"}` };
  if (status === "loadrunning" || status === "running") return { verdict: "copying" };
  const loaded = seen.percentage === undefined || seen.percentage >= 100;
  // A word that no list knows is the end only where the statistics say so.
  const ended = hasEnded(status) ? status !== "ready" : !isBusy(status) && seen.percentage === 100;
  if (!ended) return { verdict: "starting" };
  if (!loaded) return { verdict: "failed", why: `the data migration is ${seen.status} at ${seen.percentage} %` };
  if ((seen.tablesErrored ?? 0) > 0 || seen.failure !== undefined)
    return { verdict: "failed", why: `DMS: ${seen.failure ?? `${seen.tablesErrored} tables could not be loaded`}` };
  // Users may have synced or emptied a bot since its rows came: where DMS counts all as loaded, settling looks at every bot.
  if (seen.rows >= seen.expectedRows || (seen.percentage === 100 && seen.rows > 0)) return { verdict: "complete" };
  return {
    verdict: "failed",
    why: `DMS says ${seen.status}, and the new cluster holds ${seen.rows} of ${seen.expectedRows} rows`,
  };
}
