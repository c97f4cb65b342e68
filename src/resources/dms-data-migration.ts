import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import type { AwsClients } from "../aws/clients.ts";
import { hasEnded, plainStatus } from "../aws/data-migration-status.ts";
import { unlessAws } from "../aws/errors.ts";
import type { MigrationType } from "../aws/data-migration-options.ts";
import { allPages } from "../aws/pages.ts";
import { oncePropagated } from "../aws/propagation.ts";
import type { Context } from "../context.ts";
import { ExpectedError } from "../errors.ts";
import type { Resource, ResourceKind, StateOf, RunOwner } from "../provision/resource.ts";
import { foundInDms, noneIfUnknown } from "./dms-found.ts";
import { oursAmong, tagsOfRun } from "./tags.ts";

/** The data migration of a name. */
export async function findDataMigration(aws: AwsClients, name: string): Promise<DataMigration | undefined> {
  return (await allDataMigrations(aws)).find((one) => one.DataMigrationName === name);
}

/** Its filter names are not documented, so all pages are read (600 is the account's quota). */
async function allDataMigrations(aws: AwsClients): Promise<DataMigration[]> {
  return allPages(async (Marker) => {
    const page = await noneIfUnknown(() =>
      aws.dms.describeDataMigrations({ ...(Marker !== undefined && { Marker }), MaxRecords: 100 }),
    );
    return { items: page?.DataMigrations, next: page?.Marker };
  });
}

/** A DMS homogeneous data migration. Ready means made: starting it is a step, not part of its being. */
export const dmsDataMigration: ResourceKind<DataMigration> = {
  kind: "dms-data-migration",
  // The databases too: they must not be removed under a running migration.
  needs: ["dms-migration-project", "ec2-ingress-rule", "iam-role", "rds-instance"],
  busyErrors: ["InvalidResourceStateFault"],
  timeoutMinutes: 60,
  async find({ aws }, name) {
    const migration = await findDataMigration(aws, name);
    return foundInDms(aws, migration, migration?.DataMigrationArn);
  },
  async names({ aws }) {
    return oursAmong((await allDataMigrations(aws)).map((one) => one.DataMigrationName));
  },
  look(migration) {
    const status = plainStatus(migration.DataMigrationStatus);
    if (status === "creating") return { done: false, state: migration.DataMigrationStatus ?? "" };
    if (status === "deleting")
      throw new ExpectedError(
        `Data migration ${migration.DataMigrationName} is being deleted.`,
        "Run `cleanup`, then begin again.",
      );
    return { done: true, value: migration };
  },
  facts: (migration) => ({ arn: migration.DataMigrationArn ?? "" }),
  async remove({ aws }, _name, migration) {
    const DataMigrationIdentifier = migration.DataMigrationArn;
    const status = plainStatus(migration.DataMigrationStatus);
    if (status === "deleting" || status === "stopping") return;
    // DMS deletes what was stopped, has failed, or was never started (User Guide, dm-migrating-data-manage). What it does not let be
    // stopped has ended, whatever word it has for that.
    const stopped =
      hasEnded(status) ||
      (await unlessAws(["InvalidResourceStateFault"], () =>
        noneIfUnknown(() => aws.dms.stopDataMigration({ DataMigrationIdentifier })).then(() => true),
      )) === undefined;
    if (stopped) await noneIfUnknown(() => aws.dms.deleteDataMigration({ DataMigrationIdentifier }));
  },
};

export interface DataMigrationSpec {
  readonly run: RunOwner;
  readonly name: string;
  readonly type: MigrationType;
  /** Schema and table names, exact. */
  readonly tables: readonly { readonly schema: string; readonly table: string }[];
  readonly parts: (stateOf: StateOf) => { readonly project: string; readonly serviceRole: string };
}

/** The data migration of a run, with the target's tables left as they are: DMS's own default is not documented, and two of three modes delete. */
export function dataMigrationOfRun(context: Context, spec: DataMigrationSpec): Resource<DataMigration> {
  return {
    kind: dmsDataMigration,
    name: spec.name,
    async create(stateOf) {
      const { project, serviceRole } = spec.parts(stateOf);
      await oncePropagated(context, () =>
        context.aws.dms.createDataMigration({
          DataMigrationName: spec.name,
          MigrationProjectIdentifier: project,
          DataMigrationType: spec.type,
          ServiceAccessRoleArn: serviceRole,
          EnableCloudwatchLogs: true,
          TargetDataSettings: [{ TablePreparationMode: "do-nothing" }],
          SelectionRules: selectionRules(spec.tables),
          Tags: tagsOfRun(spec.run),
        }),
      );
    },
  };
}

/** The only rule that homogeneous data migrations know is "include" (User Guide, dm-migrating-data-selectionrules). */
function selectionRules(tables: DataMigrationSpec["tables"]): string {
  const rules = tables.map(({ schema, table }, index) => ({
    "rule-type": "selection",
    "rule-action": "include",
    "object-locator": { "schema-name": schema, "table-name": table },
    filters: [],
    "rule-id": String(index + 1),
    "rule-name": String(index + 1),
  }));
  return JSON.stringify({ rules });
}
