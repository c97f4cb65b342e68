/**
 * How DMS moves the data: native logical replication, or pg_dump and pg_restore, which need no replication anywhere (User Guide,
 * dm-migrating-data-postgresql). The first is the default.
 */
export const migrationTypes = ["full-load-and-cdc", "full-load"] as const;

export type MigrationType = (typeof migrationTypes)[number];

/**
 * With which login DMS writes into the target: a role of the run's own, with the documented rights alone; or the cluster's master user, for
 * an account whose DMS trips over what only the owner of the extension `vector` may do.
 */
export const dmsLogins = ["run", "master"] as const;

export type DmsLogin = (typeof dmsLogins)[number];

/** DMS's "Starting" takes up to 15 minutes (User Guide, dm-migrating-data-statuses); a cluster that was stopped starts within 10 or so. */
export const usualLimits = { startingMinutes: 45, loadHours: 24, outageMinutes: 30 } as const;
