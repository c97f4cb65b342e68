import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import type { MigrationType } from "../aws/data-migration-options.ts";
import type { Context } from "../context.ts";
import { newPassword } from "../database/scram.ts";
import type { Database } from "../database/session.ts";
import { nameInRun, type Resource } from "../provision/resource.ts";
import type { Run } from "../provision/run.ts";
import { dataMigrationOfRun } from "../resources/dms-data-migration.ts";
import { postgresProvider } from "../resources/dms-data-provider.ts";
import { privateProfile } from "../resources/dms-instance-profile.ts";
import { projectOfRun } from "../resources/dms-migration-project.ts";
import { subnetGroupOfRun } from "../resources/dms-subnet-group.ts";
import { secretsStatements, serviceStatements } from "../resources/dms-role-documents.ts";
import { roleForDms } from "../resources/iam-role.ts";
import { admit } from "../resources/ingress-rule.ts";
import { secretHolding } from "../resources/secret.ts";
import type { Deployment } from "../stack/deployment.ts";
import { itemsTable } from "../stack/items-table.ts";
import type { Placement } from "./dms-placement.ts";

/** The name of a run's data migration. */
export function dataMigrationName(runId: string): string {
  return nameInRun(runId, "load");
}

/** The name of a run's migration project. */
export function migrationProjectName(runId: string): string {
  return nameInRun(runId, "project");
}

/** The secret with which DMS logs in to the target as the run's own role. */
export function targetSecret(context: Context, run: Run, target: Database, role: string) {
  return secretHolding(context.aws, run, nameInRun(run.id, "target"), () => ({
    engine: "postgres",
    host: target.host,
    port: String(target.port),
    username: role,
    password: newPassword(),
    dbname: target.name,
  }));
}

export interface DmsGraphInput {
  readonly deployment: Deployment;
  readonly source: Database;
  readonly target: Database;
  readonly targetSecretArn: string;
  /** The run's own security group: DMS and the temporary cluster are in it. */
  readonly securityGroupId: string;
  /** The group of the target that gets the rule for DMS. */
  readonly targetGroupId: string;
  /** Roles and subnets that the operator has given. */
  readonly placement: Placement;
  readonly migrationType: MigrationType;
}

/** Every AWS resource of a data migration, and the migration itself. */
export function dmsGraph(
  input: DmsGraphInput,
  context: Context,
  run: Run,
): { readonly resources: readonly Resource<unknown>[]; readonly migration: Resource<DataMigration> } {
  const { aws, account, region } = context;
  const { source, target, deployment, securityGroupId, targetGroupId, migrationType, placement } = input;
  const name = (suffix: string) => nameInRun(run.id, suffix);
  const role = { run, region, account };
  const serviceRole = roleForDms(aws, { ...role, name: name("dms"), statements: serviceStatements });
  const secretsRole = roleForDms(aws, {
    ...role,
    name: name("dms-secrets"),
    statements: () => secretsStatements([source.secretArn, input.targetSecretArn]),
  });
  const rule = (suffix: string, into: string, from: string, port: number) =>
    admit(aws, run, { name: name(suffix), into, from, port });
  const rules = [
    rule("dms-to-target", targetGroupId, securityGroupId, target.port),
    rule("dms-to-source", securityGroupId, securityGroupId, source.port),
    // The subscriber opens the connection to the publisher.
    ...(migrationType === "full-load" ? [] : [rule("target-to-source", securityGroupId, targetGroupId, source.port)]),
  ];
  const subnetGroup = subnetGroupOfRun(context, run, name("subnets"), placement.subnetIds ?? deployment.subnetIds);
  const profile = privateProfile(aws, run, name("profile"), subnetGroup.name, securityGroupId);
  const provider = (suffix: string, { host, port, name: database }: Database) =>
    postgresProvider(aws, { run, name: name(suffix), host, port, database });
  const sourceProvider = provider("source", source);
  const targetProvider = provider("target", target);
  const project = projectOfRun(context, {
    run,
    name: migrationProjectName(run.id),
    parts: (stateOf) => ({
      source: { provider: stateOf(sourceProvider).DataProviderArn ?? "", secret: source.secretArn },
      target: { provider: stateOf(targetProvider).DataProviderArn ?? "", secret: input.targetSecretArn },
      instanceProfile: stateOf(profile).InstanceProfileArn ?? "",
      secretsRole: placement.secretsRoleArn ?? stateOf(secretsRole).Arn ?? "",
    }),
  });
  const migration = dataMigrationOfRun(context, {
    run,
    name: dataMigrationName(run.id),
    type: migrationType,
    tables: [itemsTable],
    parts: (stateOf) => ({
      project: stateOf(project).MigrationProjectArn ?? "",
      serviceRole: placement.serviceRoleArn ?? stateOf(serviceRole).Arn ?? "",
    }),
  });
  const roles = [
    ...(placement.serviceRoleArn === undefined ? [serviceRole] : []),
    ...(placement.secretsRoleArn === undefined ? [secretsRole] : []),
  ];
  const resources = [...roles, ...rules, subnetGroup, profile, sourceProvider, targetProvider, project];
  return { resources: [...resources, migration], migration };
}
