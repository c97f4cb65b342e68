import { dmsLogins, migrationTypes } from "../aws/data-migration-options.ts";
import type { CommandOptions } from "../command.ts";

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
