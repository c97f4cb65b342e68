import { dmsLogins, migrationTypes, usualLimits } from "../aws/data-migration-options.ts";
import type { CommandOptions } from "../command.ts";
import { onExistingChoices } from "../stack/on-existing.ts";
import { indexChoices } from "../verify/choose-lists.ts";
import { numberOf } from "./numbers.ts";
import { maxRecallDropOption } from "./retrieval-options.ts";

/** How the data is moved. */
export const migrationTypeOption = {
  "migration-type": {
    choices: migrationTypes,
    defaultDescription: "full-load-and-cdc",
    describe: "How DMS moves the data: native logical replication, or pg_dump and pg_restore",
  },
} as const satisfies CommandOptions;

/** Whom DMS logs in to the new cluster as. */
export const dmsLoginOption = {
  "dms-login": {
    choices: dmsLogins,
    defaultDescription: "run",
    describe: "DMS's login to the new cluster: a role of this run's own, or the cluster's master user",
  },
} as const satisfies CommandOptions;

/** What becomes of bots that have rows on the new cluster already. */
export const onExistingOption = {
  "on-existing": {
    choices: onExistingChoices,
    defaultDescription: "abort",
    describe:
      "Bots that have rows on the new cluster: stop and list them, keep their rows, or put the old cluster's in place",
  },
} as const satisfies CommandOptions;
/** How a load is gone about. */
export const loadConductOptions = {
  "pause-sync": {
    type: "boolean",
    default: false,
    describe:
      "Stop the stack's EventBridge pipe for the load, so that no bot is synced into it; it is started again whatever happens",
  },
  concurrently: {
    type: "boolean",
    default: false,
    describe: "Build the vector index without keeping inserts waiting; it takes longer, and no Data API",
  },
  index: {
    choices: indexChoices,
    default: "tuned",
    describe:
      "Where the vector index, built as it was, finds less than the old one did: build it with fewer lists, or leave it",
  },
  ...maxRecallDropOption,
  "starting-minutes": limit(
    "starting-minutes",
    "Minutes to wait for DMS to begin to copy",
    usualLimits.startingMinutes,
  ),
  "load-hours": limit("load-hours", "Hours to follow a load", usualLimits.loadHours),
  "outage-minutes": limit(
    "outage-minutes",
    "Minutes to wait, each time, for a database that restarts or was stopped",
    usualLimits.outageMinutes,
  ),
} as const satisfies CommandOptions;

function limit(flag: string, describe: string, usual: number) {
  return {
    type: "number",
    default: usual,
    coerce: numberOf(flag, { min: 0, max: 10_000, whole: false }),
    describe,
  } as const;
}
