import { migrationTypes } from "../aws/data-migration-options.ts";
import type { CommandOptions } from "../command.ts";

/** How the data is moved. restore-snapshot makes the temporary cluster ready for it, and start-dms-migration goes by that where it is not told. */
export const migrationTypeOption = {
  "migration-type": {
    choices: migrationTypes,
    defaultDescription: "full-load-and-cdc, or what restore-snapshot was given",
    describe: "How DMS moves the data: native logical replication, or pg_dump and pg_restore",
  },
} as const satisfies CommandOptions;
