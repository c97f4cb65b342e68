import type { MigrationType } from "../aws/data-migration-options.ts";
import { ExpectedError } from "../errors.ts";

/** A load that has failed, with the ways out that its reason allows. */
export function failedLoad(why: string, migrationType: MigrationType): ExpectedError {
  return new ExpectedError(
    `The load has failed: ${why.replace(/\.$/, "")}.`,
    [
      ...waysOut(why, migrationType),
      "DMS's own log is in CloudWatch, log group dms-data-migration-…; PostgreSQL's in the new cluster's log.",
      "Once the cause is mended, run the same command again: a copy that PostgreSQL is still trying goes on, and where nothing has arrived yet the data migration is made anew.",
      "`bedrock-chat-migrate cleanup` removes what this run made and puts the vector index back; rows that were loaded stay.",
    ].join("\n"),
  );
}

/**
 * What helps against the refusals that are known, most of them of an account's DMS (User Guide, dm-troubleshooting). By the words of the
 * message, since DMS has no codes for them: a message in other words gets the general advice alone.
 */
function waysOut(why: string, migrationType: MigrationType): string[] {
  const command = "bedrock-chat-migrate start-dms-migration";
  if (/must be owner of/i.test(why))
    return [
      "DMS ends on what only the owner of the extension may do. Way out: let it log in to the new cluster as its master user:",
      `  ${command} --dms-login master`,
    ];
  if (!/logical[ _]replication|wal_level/i.test(why)) return [];
  if (migrationType === "full-load")
    return [
      "DMS asks for logical replication on the temporary cluster, even for a full load. Way out: restore it so, and load again:",
      "  bedrock-chat-migrate cleanup; bedrock-chat-migrate restore-snapshot --migration-type full-load-and-cdc",
      `  ${command} --migration-type full-load`,
    ];
  return [
    "DMS asks for logical replication, which this tool never turns on on the new cluster. Way out: a full load, which needs none:",
    `  ${command} --migration-type full-load`,
  ];
}
