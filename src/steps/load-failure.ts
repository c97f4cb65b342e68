import { commandFor, type WorksOn } from "../command-for.ts";
import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import type { MigrationType } from "../aws/data-migration-options.ts";
import { exitCode, ExpectedError } from "../errors.ts";
import { likelyCause } from "./likely-cause.ts";

export interface FailedLoad {
  readonly stack: string;
  readonly why: string;
  readonly migration: DataMigration | undefined;
  readonly migrationType: MigrationType;
  /** Rows of the target's table now, and rows that were to come. */
  readonly rows: number;
  readonly expectedRows: number;
}

/** A load that has failed: why, in all likelihood, where to look, and what is safe next. */
export function failedLoad(load: FailedLoad): ExpectedError {
  const { why } = load;
  const likely = likelyCause(why);
  return new ExpectedError(
    `The load has failed: ${why.replace(/\.$/, "")}.`,
    [
      ...(likely === undefined ? [] : [`Likely cause: ${likely.cause}. ${likely.remedy}`]),
      ...waysOut(load),
      whereToLook(load.migration),
      ...safeNext(load),
      `To give up: \`${commandFor("undo", load)}\` takes out what was loaded; \`${commandFor("cleanup", load)}\` removes what this run made and puts the vector index back.`,
    ].join("\n"),
  );
}

/** A load of which nothing has been seen for too long: exit code 4, since the same command goes on waiting. */
export function stuckInStarting(migration: DataMigration | undefined, limitMs: number, of: WorksOn): ExpectedError {
  const { DataMigrationStatus, DataMigrationName } = migration ?? {};
  return new ExpectedError(
    `Data migration ${DataMigrationName} was still "${DataMigrationStatus}" after ${Math.round(limitMs / 60_000)} minutes, and no copy has begun.`,
    [
      "DMS makes its environment meanwhile, which takes up to 15 minutes. What keeps it: no free addresses in the private subnets; no way from them to Secrets Manager and CloudWatch Logs (NAT, or VPC endpoints); the account's service limits; an incident of AWS (Health Dashboard).",
      whereToLook(migration),
      `Nothing has arrived, and nothing was undone. The same command goes on waiting (--starting-minutes says for how long); \`${commandFor("cleanup", of)}\` stops it and puts the vector index back.`,
    ].join("\n"),
    exitCode.waitRanOut,
  );
}

function whereToLook(migration: DataMigration | undefined): string {
  // The user guide names the prefix only (dm-troubleshooting, dm-iam-resources).
  const id = migration?.DataMigrationArn?.split(":").at(-1)?.toLowerCase() ?? "…";
  return `DMS's own log is in CloudWatch, log group dms-data-migration-${id} (or whichever begins so: aws logs describe-log-groups --log-group-name-prefix dms-data-migration-); PostgreSQL's is the new cluster's log.`;
}

function safeNext({ rows, expectedRows }: FailedLoad): string[] {
  const next = "Once the cause is mended, run the same command again:";
  if (rows === 0)
    return [
      `${next} nothing has arrived on the new cluster; a copy that PostgreSQL is still trying goes on, and where there is none the data migration is made anew.`,
    ];
  return [
    `${rows} rows are on the new cluster, of ${expectedRows} to load. ${next} it goes on where DMS and PostgreSQL can, and refuses where they cannot. Nothing is loaded twice.`,
    "Do not use DMS's own Restart: it deletes the target's data.",
  ];
}

/** The commands that lead around the refusals of an account's DMS that are known. */
function waysOut({ why, migrationType, stack }: FailedLoad): string[] {
  const load = (...flags: string[]) => `  ${commandFor("start-dms-migration", { stack }, ...flags)}`;
  if (/must be owner of/i.test(why)) return [load("--dms-login", "master")];
  if (!/logical[ _]replication|wal_level/i.test(why)) return [];
  if (migrationType === "full-load")
    return [
      "DMS asks for logical replication on the temporary cluster, even for a full load. Way out: restore it so, and load again:",
      `  ${commandFor("cleanup", { stack })}; ${commandFor("restore-snapshot", { stack }, "--migration-type", "full-load-and-cdc")}`,
      load("--migration-type", "full-load"),
    ];
  return [
    "DMS asks for logical replication, which this tool never turns on on the new cluster. Way out: a full load, which needs none:",
    load("--migration-type", "full-load"),
  ];
}
