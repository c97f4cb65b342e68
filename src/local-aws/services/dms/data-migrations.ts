import type { CreateDataMigrationMessage, DataMigration, Filter } from "@aws-sdk/client-database-migration-service";
import { arnOf } from "../../arn.ts";
import type { Handlers } from "../../service.ts";
import { unsupported } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import { serviceRoleProblem } from "./access.ts";
import {
  alreadyExists,
  failedDependency,
  invalidOperation,
  invalidParameter,
  invalidState,
  resourceNotFound,
} from "./faults.ts";
import { filtered, paged, type DescribeInput, type Listing } from "./listing.ts";
import { findMigrationProject } from "./migration-projects.ts";
import type { MigrationRuns } from "./migration-runs.ts";
import { checkName, newResourceId } from "./names.ts";
import type { DmsSdk } from "./sdk.ts";
import { readSelectionRules } from "./selection-rules.ts";
import { atRest, setState, spelled, stateOf, type MigrationState } from "./statuses.ts";
import { checkTags, keepTags } from "./tags.ts";

const seconds = { create: 15, delete: 30 };

const listing: Listing<DataMigration> = {
  operation: "DescribeDataMigrations",
  keyOf: (migration) => migration.DataMigrationArn ?? "",
  filters: {
    "data-migration-identifier": (migration) => [migration.DataMigrationArn, migration.DataMigrationName],
    "data-migration-arn": (migration) => [migration.DataMigrationArn],
    "data-migration-name": (migration) => [migration.DataMigrationName],
    "migration-project-identifier": (migration) => [migration.MigrationProjectArn],
  },
};

/** Create, Describe, Modify and Delete of data migrations. */
export function dataMigrationHandlers(runs: MigrationRuns): Handlers<DmsSdk> {
  return {
    CreateDataMigration: (input, { world }) => ({ DataMigration: answered(world, create(world, input)) }),

    DescribeDataMigrations(input, { world }) {
      const filters = filtersInForce(world, input);
      const found = filtered(world.dms.dataMigrations.values(), { Filters: filters }, listing);
      if (found.length === 0 && filters.length > 0) throw resourceNotFound("No data migrations were found.");
      const { items, Marker } = paged(found, input, listing);
      return { DataMigrations: items.map((migration) => answered(world, migration, input)), Marker };
    },

    ModifyDataMigration(input, { world }) {
      if (input.DataMigrationName !== undefined) throw unsupported("renaming a data migration");
      const migration = findDataMigration(world, input.DataMigrationIdentifier ?? "");
      requireState(migration, ["ready", ...atRest], "modified");
      const type = input.DataMigrationType;
      if (type !== undefined && type !== migration.DataMigrationType && runs.hasRun(migration)) {
        throw invalidState("After you start your data migration, you can't change the replication type.");
      }
      Object.assign(migration, modified(world, migration, input));
      return { DataMigration: answered(world, migration) };
    },

    DeleteDataMigration({ DataMigrationIdentifier = "" }, { world }) {
      const migration = findDataMigration(world, DataMigrationIdentifier);
      requireState(migration, ["ready", ...atRest], "deleted");
      beginDeletion(world, migration, runs);
      return { DataMigration: answered(world, migration) };
    },
  };
}

/** The names of the filters are documented nowhere, nor whether there are any. */
function filtersInForce(world: World, { Filters = [] }: DescribeInput): Filter[] {
  const how = world.variants["describe-filters"];
  if (how === "refused" && Filters.length > 0) throw invalidParameter(`${listing.operation} takes no filters.`);
  return how === "ignored" ? [] : Filters;
}

function create(world: World, input: CreateDataMigrationMessage): DataMigration {
  checkTags(input.Tags);
  const migration = newMigration(world, input);
  const arn = migration.DataMigrationArn ?? "";
  world.dms.dataMigrations.set(arn, migration);
  keepTags(world, arn, input.Tags);
  world.background(`creation of ${arn}`, async () => {
    await world.clock.elapse(seconds.create);
    setState(migration, "ready");
  });
  return migration;
}

function beginDeletion(world: World, migration: DataMigration, runs: MigrationRuns): void {
  const arn = migration.DataMigrationArn ?? "";
  setState(migration, "deleting");
  world.background(`deletion of ${arn}`, async () => {
    await world.clock.elapse(seconds.delete);
    await runs.forget(world, migration);
    world.dms.dataMigrations.delete(arn);
    world.dms.tags.delete(arn);
  });
}

/** The data migration of this name or ARN. */
export function findDataMigration(world: World, nameOrArn: string): DataMigration {
  const migration = [...world.dms.dataMigrations.values()].find(
    ({ DataMigrationArn, DataMigrationName }) => DataMigrationArn === nameOrArn || DataMigrationName === nameOrArn,
  );
  if (migration === undefined) throw resourceNotFound(`Data migration ${nameOrArn} was not found.`);
  return migration;
}

/** Refuses what the migration's state does not allow. */
export function requireState(migration: DataMigration, states: readonly MigrationState[], verb: string): void {
  const state = stateOf(migration);
  if (states.includes(state)) return;
  throw invalidState(`Data migration ${migration.DataMigrationArn ?? ""} is ${state} and can't be ${verb}.`);
}

/** A data migration as an answer holds it: its status spelled, its clock read. */
export function answered(
  world: World,
  migration: DataMigration,
  without: { WithoutSettings?: boolean | undefined; WithoutStatistics?: boolean | undefined } = {},
): DataMigration {
  const { DataMigrationSettings, DataMigrationStatistics, ...rest } = migration;
  const { StartTime, StopTime = new Date() } = DataMigrationStatistics ?? {};
  const ElapsedTimeMillis = StartTime === undefined ? 0 : StopTime.getTime() - StartTime.getTime();
  return {
    ...rest,
    DataMigrationStatus: spelled(stateOf(migration), world.variants["status-spelling"]),
    ...(without.WithoutSettings === true ? {} : { DataMigrationSettings }),
    ...(without.WithoutStatistics === true
      ? {}
      : { DataMigrationStatistics: { ...DataMigrationStatistics, ElapsedTimeMillis } }),
  };
}

function newMigration(world: World, input: CreateDataMigrationMessage): DataMigration {
  const id = newResourceId();
  const name = input.DataMigrationName ?? `data-migration-${id.toLowerCase()}`;
  checkName("DataMigrationName", name);
  const project = findMigrationProject(world, input.MigrationProjectIdentifier ?? "");
  if ([...world.dms.dataMigrations.values()].some((migration) => migration.DataMigrationName === name)) {
    throw alreadyExists(`Data migration ${name} already exists.`);
  }
  return {
    DataMigrationName: name,
    DataMigrationArn: arnOf(world, "dms", `data-migration:${id}`),
    DataMigrationCreateTime: new Date(),
    MigrationProjectArn: project.MigrationProjectArn,
    DataMigrationStatus: "creating" satisfies MigrationState,
    ...modified(world, {}, input),
  };
}

type Settable = Omit<
  CreateDataMigrationMessage,
  "MigrationProjectIdentifier" | "DataMigrationType" | "ServiceAccessRoleArn"
> &
  Partial<Pick<CreateDataMigrationMessage, "DataMigrationType" | "ServiceAccessRoleArn">>;

/** What Create and Modify set, checked: what `input` leaves out stays as it was. */
function modified(world: World, before: DataMigration, input: Settable): DataMigration {
  const settings = before.DataMigrationSettings;
  const after = {
    ServiceAccessRoleArn: input.ServiceAccessRoleArn ?? before.ServiceAccessRoleArn,
    DataMigrationType: input.DataMigrationType ?? before.DataMigrationType,
    TargetDataSettings: input.TargetDataSettings ?? before.TargetDataSettings,
    DataMigrationSettings: {
      NumberOfJobs: input.NumberOfJobs ?? settings?.NumberOfJobs ?? 8,
      CloudwatchLogsEnabled: input.EnableCloudwatchLogs ?? settings?.CloudwatchLogsEnabled ?? false,
      SelectionRules: input.SelectionRules ?? settings?.SelectionRules,
    },
  } satisfies DataMigration;
  const { NumberOfJobs, CloudwatchLogsEnabled, SelectionRules } = after.DataMigrationSettings;
  if (NumberOfJobs < 1 || NumberOfJobs > 50) throw invalidParameter("NumberOfJobs must be from 1 to 50.");
  if ((after.TargetDataSettings?.length ?? 0) > 1) throw invalidParameter("TargetDataSettings can have one element.");
  if (after.DataMigrationType === "cdc") {
    throw invalidOperation("The local AWS has data migrations of type full-load and full-load-and-cdc only.");
  }
  if ((input.SourceDataSettings ?? []).length > 0) throw unsupported("SourceDataSettings (a start or stop point)");
  readSelectionRules(SelectionRules, world.variants["rule-filters"]);
  const problem = serviceRoleProblem(world, after.ServiceAccessRoleArn, CloudwatchLogsEnabled);
  if (problem !== undefined) throw failedDependency(`AWS DMS can't connect to your data providers. ${problem}`);
  return after;
}
