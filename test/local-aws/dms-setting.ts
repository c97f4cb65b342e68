import type {
  CreateDataMigrationCommandInput,
  DatabaseMigrationService,
  DataMigration,
} from "@aws-sdk/client-database-migration-service";
import type { World } from "../../src/local-aws/world.ts";

/** Trusts every principal that AWS's pages name for DMS, for calls of this account. */
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: {
        Service: ["dms.amazonaws.com", "dms.us-east-1.amazonaws.com", "dms-data-migrations.amazonaws.com"],
      },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    },
  ],
});

const permissions = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["ec2:DescribeVpcs", "cloudwatch:PutMetricData"], Resource: "*" },
    { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "arn:aws:secretsmanager:*:*:secret:dms-*" },
  ],
});

/** A role of the world, by name; allowed what data migrations need unless told otherwise. */
export function putRole(
  world: World,
  name: string,
  how: { trust?: string; permissions?: string; attached?: string[] } = {},
): string {
  const arn = `arn:aws:iam::${world.accountId}:role/${name}`;
  world.iam.set(name, {
    name,
    arn,
    id: `AROA${name.toUpperCase()}`,
    createdAt: new Date(),
    tags: [],
    assumeRolePolicyDocument: how.trust ?? trust,
    description: undefined,
    policies: new Map([["permissions", how.permissions ?? permissions]]),
    attached: new Set(how.attached),
  });
  return arn;
}

/** The role that an account has which has used DMS before. */
export function putVpcRole(world: World): void {
  const policy = "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole";
  putRole(world, "dms-vpc-role", { attached: [policy] });
}

/** A secret of the world, whose name begins with what the roles above may read. */
export function putSecret(world: World, name: string, value: object): string {
  const arn = `arn:aws:secretsmanager:${world.region}:${world.accountId}:secret:dms-${name}-AbCdEf`;
  world.secrets.set(arn, {
    name: `dms-${name}`,
    arn,
    tags: [],
    createdAt: new Date(),
    description: undefined,
    value: JSON.stringify(value),
    versionId: name,
    rotationEnabled: false,
    deletedAt: undefined,
  });
  return arn;
}

/** Where a database is, for a data provider. */
interface Place {
  readonly port: number;
  readonly secretArn: string;
}

/** What a project is made of. */
export interface ProjectParts {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  readonly roleArn: string;
  readonly source: Place;
  readonly target: Place;
}

/** Makes subnet group, instance profile, two data providers and the project that joins them; gives the project's ARN. */
export async function createProject(dms: DatabaseMigrationService, parts: ProjectParts): Promise<string> {
  await dms.createReplicationSubnetGroup({
    ReplicationSubnetGroupIdentifier: "subnets",
    ReplicationSubnetGroupDescription: "test",
    SubnetIds: parts.subnetIds,
  });
  await dms.createInstanceProfile({
    InstanceProfileName: "profile",
    PubliclyAccessible: false,
    SubnetGroupIdentifier: "subnets",
    VpcSecurityGroups: parts.securityGroupIds,
  });
  const descriptors = await Promise.all(
    (["source", "target"] as const).map(async (name) => ({
      DataProviderIdentifier: await createProvider(dms, name, parts[name].port),
      SecretsManagerSecretId: parts[name].secretArn,
      SecretsManagerAccessRoleArn: parts.roleArn,
    })),
  );
  const { MigrationProject } = await dms.createMigrationProject({
    MigrationProjectName: "project",
    InstanceProfileIdentifier: "profile",
    SourceDataProviderDescriptors: descriptors.slice(0, 1),
    TargetDataProviderDescriptors: descriptors.slice(1),
  });
  return MigrationProject?.MigrationProjectArn ?? "";
}

async function createProvider(dms: DatabaseMigrationService, name: string, port: number): Promise<string> {
  const { DataProvider } = await dms.createDataProvider({
    DataProviderName: name,
    Engine: "aurora-postgresql",
    Settings: {
      PostgreSqlSettings: { ServerName: "localhost", Port: port, DatabaseName: "postgres", SslMode: "require" },
    },
  });
  return DataProvider?.DataProviderArn ?? "";
}

/** Selection rules that include one table, or those of a pattern. */
export function rulesFor(schema: string, table: string, filters: readonly object[] = []): string {
  const rule = {
    "rule-type": "selection",
    "rule-id": "1",
    "rule-name": "1",
    "rule-action": "include",
    "object-locator": { "schema-name": schema, "table-name": table },
    filters,
  };
  return JSON.stringify({ rules: [rule] });
}

/** Makes a data migration, waits until it is ready, and gives its ARN. */
export async function createReady(
  dms: DatabaseMigrationService,
  input: CreateDataMigrationCommandInput,
): Promise<string> {
  const { DataMigration } = await dms.createDataMigration(input);
  const arn = DataMigration?.DataMigrationArn ?? "";
  await untilStatus(dms, arn, ["ready"]);
  return arn;
}

/** Polls until the migration has one of these statuses, and gives it as it then is. */
export async function untilStatus(
  dms: DatabaseMigrationService,
  arn: string,
  statuses: readonly string[],
): Promise<DataMigration> {
  for (let polls = 0; polls < 1200; polls += 1) {
    const { DataMigrations = [] } = await dms.describeDataMigrations({});
    const migration = DataMigrations.find((one) => one.DataMigrationArn === arn);
    if (migration === undefined) throw new Error(`${arn} is gone`);
    if (statuses.includes(migration.DataMigrationStatus ?? "")) return migration;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${arn} was not ${statuses.join(" or ")} within a minute`);
}
