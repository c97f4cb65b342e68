import { dmsLogins, migrationTypes } from "../aws/data-migration-options.ts";
import type { CommandOptions } from "../command.ts";
import { onExistingChoices } from "../stack/on-existing.ts";

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
