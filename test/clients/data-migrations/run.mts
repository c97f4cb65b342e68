import {
  type DatabaseMigrationService,
  type DataMigration,
  InvalidResourceStateFault,
  type MigrationTypeValue,
  paginateDescribeDataMigrations,
  ResourceNotFoundFault,
} from "@aws-sdk/client-database-migration-service";
import { type Cluster, sql } from "./clusters.mts";
import { everything, type Notes, present, refused, require, until } from "./notes.mts";
import type { Project } from "./project.mts";

/** What all data migrations here have in common. */
export interface Setting {
  readonly dms: DatabaseMigrationService;
  readonly notes: Notes;
  readonly made: Project;
  readonly role: string;
}

/** Makes a data migration of the table `items`, and waits until it can be started. */
export async function createDataMigration(setting: Setting, name: string, type: MigrationTypeValue): Promise<string> {
  const rule = {
    "rule-type": "selection",
    "rule-id": "1",
    "rule-name": "items",
    "rule-action": "include",
    "object-locator": { "schema-name": "public", "table-name": "items" },
  };
  const { DataMigration } = await setting.dms.createDataMigration({
    DataMigrationName: name,
    MigrationProjectIdentifier: setting.made.project,
    DataMigrationType: type,
    ServiceAccessRoleArn: setting.role,
    SelectionRules: JSON.stringify({ rules: [rule] }),
    TargetDataSettings: [{ TablePreparationMode: "truncate" }],
  });
  const arn = present(DataMigration?.DataMigrationArn, "DataMigrationArn");
  await untilStatus(setting.dms, arn, "ready");
  return arn;
}

/** A full load, which ends by itself when all rows are there. */
export async function runFullLoad(setting: Setting, arn: string, target: Cluster): Promise<void> {
  const { dms, notes } = setting;
  const DataMigrationIdentifier = arn;
  await dms.modifyDataMigration({ DataMigrationIdentifier, NumberOfJobs: 2 });
  await dms.startDataMigration({ DataMigrationIdentifier, StartType: "start-replication" });
  await refused(notes, InvalidResourceStateFault, () => dms.deleteDataMigration({ DataMigrationIdentifier }));
  const ended = await untilStatus(dms, arn, "stopped");
  require(ended.DataMigrationStatistics?.TablesLoaded === 1, "no table was loaded");
  require((await countItems(target)) === 500, "not all rows are there");
}

/** A full load that goes on with what changes, until it is stopped. */
export async function runWithChanges(setting: Setting, arn: string, source: Cluster, target: Cluster): Promise<void> {
  const { dms } = setting;
  const DataMigrationIdentifier = arn;
  await dms.startDataMigration({ DataMigrationIdentifier, StartType: "start-replication" });
  await untilStatus(dms, arn, "load-complete-replication-ongoing");
  await sql(source, "INSERT INTO items SELECT n, 'later', '[0,0,1]' FROM generate_series(501, 600) n");
  await until("the later rows", async () => ((await countItems(target)) === 600 ? true : undefined));
  await dms.stopDataMigration({ DataMigrationIdentifier });
  await untilStatus(dms, arn, "stopped");
}

async function countItems(cluster: Cluster): Promise<unknown> {
  const [row] = await sql(cluster, "SELECT count(*)::int AS n FROM items");
  return row?.["n"];
}

/** Deletes data migrations, and waits until the last is gone. */
export async function deleteDataMigrations(setting: Setting, arns: readonly string[]): Promise<void> {
  const { dms, notes } = setting;
  for (const arn of arns) await dms.deleteDataMigration({ DataMigrationIdentifier: arn });
  const ofProject = { Filters: [{ Name: "migration-project-identifier", Values: [setting.made.project] }] };
  await until("the end of the data migrations", async () => {
    try {
      await dms.describeDataMigrations(ofProject);
      return undefined;
    } catch (error) {
      // A filter that finds no data migration is answered so.
      if (error instanceof ResourceNotFoundFault) return true;
      throw error;
    }
  });
  const gone = { DataMigrationIdentifier: arns[0], StartType: "start-replication" } as const;
  await refused(notes, ResourceNotFoundFault, () => dms.startDataMigration(gone));
}

/** All data migrations of the project, of which there are more than one page. */
export async function listDataMigrations({ dms, notes, made }: Setting): Promise<DataMigration[]> {
  const ofProject = { Filters: [{ Name: "migration-project-identifier", Values: [made.project] }] };
  return await everything(notes, {
    name: "paginateDescribeDataMigrations",
    pages: paginateDescribeDataMigrations({ client: dms }, ofProject),
    itemsOf: (page) => page.DataMigrations,
    atLeast: 6,
  });
}

/** The SDK has no waiters for data migrations. */
async function untilStatus(dms: DatabaseMigrationService, arn: string, status: string): Promise<DataMigration> {
  const byArn = { Filters: [{ Name: "data-migration-arn", Values: [arn] }] };
  return await until(`data migration ${arn} ${status}`, async () => {
    const migration = present((await dms.describeDataMigrations(byArn)).DataMigrations?.[0], "the data migration");
    const { DataMigrationStatus, LastFailureMessage } = migration;
    require(DataMigrationStatus !== "failed", `the data migration failed: ${String(LastFailureMessage)}`);
    return DataMigrationStatus === status ? migration : undefined;
  });
}
