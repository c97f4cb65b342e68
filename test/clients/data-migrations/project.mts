import type { DatabaseMigrationService } from "@aws-sdk/client-database-migration-service";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { IAM } from "@aws-sdk/client-iam";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { type Cluster, login } from "./clusters.mts";
import { present, require } from "./notes.mts";

/** A security group that admits itself: for the clusters and for the data migrations. */
export async function createSecurityGroup(ec2: EC2, name: string, vpcId: string): Promise<string> {
  const group = await ec2.createSecurityGroup({ GroupName: name, Description: "data migrations", VpcId: vpcId });
  const GroupId = present(group.GroupId, "GroupId");
  const itself = { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId }] };
  await ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [itself] });
  return GroupId;
}

/** A role that DMS may assume, to run data migrations and to read secrets. */
export async function createRole(iam: IAM, name: string): Promise<string> {
  const services = ["dms.us-east-1.amazonaws.com", "dms-data-migrations.amazonaws.com"];
  const { Role } = await iam.createRole({
    RoleName: name,
    AssumeRolePolicyDocument: policy({ Principal: { Service: services }, Action: "sts:AssumeRole" }),
  });
  await iam.putRolePolicy({
    RoleName: name,
    PolicyName: "data-migrations",
    PolicyDocument: policy({
      Action: ["ec2:DescribeVpcs", "cloudwatch:PutMetricData", "secretsmanager:GetSecretValue"],
      Resource: "*",
    }),
  });
  return present(Role?.Arn, "the role's Arn");
}

function policy(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

export async function createSecret(secrets: SecretsManager, name: string): Promise<string> {
  const secret = await secrets.createSecret({ Name: name, SecretString: JSON.stringify(login) });
  return present(secret.ARN, "the secret's ARN");
}

/** What a project is made of. */
export interface Parts {
  readonly name: string;
  readonly subnetIds: string[];
  readonly securityGroup: string;
  readonly role: string;
  readonly secret: string;
  readonly source: Cluster;
  readonly target: Cluster;
}

/** The ARNs of a project and of what it is made of. */
export interface Project {
  readonly subnetGroup: string;
  readonly profile: string;
  readonly providers: readonly [source: string, target: string];
  readonly project: string;
}

/** Makes the subnet group, the instance profile, the two data providers and the project that joins them. */
export async function createProject(dms: DatabaseMigrationService, parts: Parts): Promise<Project> {
  const { name } = parts;
  await dms.createReplicationSubnetGroup({
    ReplicationSubnetGroupIdentifier: name,
    ReplicationSubnetGroupDescription: "data migrations",
    SubnetIds: parts.subnetIds,
  });
  const { InstanceProfile } = await dms.createInstanceProfile({
    InstanceProfileName: name,
    SubnetGroupIdentifier: name,
    VpcSecurityGroups: [parts.securityGroup],
    PubliclyAccessible: false,
  });
  const source = await createProvider(dms, parts.source);
  const target = await createProvider(dms, parts.target);
  const access = { SecretsManagerSecretId: parts.secret, SecretsManagerAccessRoleArn: parts.role };
  const profile = present(InstanceProfile?.InstanceProfileArn, "InstanceProfileArn");
  const { MigrationProject } = await dms.createMigrationProject({
    MigrationProjectName: name,
    InstanceProfileIdentifier: profile,
    SourceDataProviderDescriptors: [{ DataProviderIdentifier: source, ...access }],
    TargetDataProviderDescriptors: [{ DataProviderIdentifier: target, ...access }],
  });
  const project = present(MigrationProject?.MigrationProjectArn, "MigrationProjectArn");
  return { subnetGroup: name, profile, providers: [source, target], project };
}

async function createProvider(dms: DatabaseMigrationService, { name, host, port }: Cluster): Promise<string> {
  const place = { ServerName: host, Port: port, DatabaseName: "postgres", SslMode: "require" as const };
  const { DataProvider } = await dms.createDataProvider({
    DataProviderName: name,
    Engine: "aurora-postgresql",
    Settings: { PostgreSqlSettings: place },
  });
  return present(DataProvider?.DataProviderArn, "DataProviderArn");
}

/** Finds each part of the project in its list, and gives the project a tag and takes it again. */
export async function lookAtProject(dms: DatabaseMigrationService, made: Project): Promise<void> {
  const by = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });
  const groups = await dms.describeReplicationSubnetGroups(by("replication-subnet-group-id", made.subnetGroup));
  const profiles = await dms.describeInstanceProfiles(by("instance-profile-identifier", made.profile));
  const providers = await dms.describeDataProviders(by("data-provider-identifier", ...made.providers));
  const projects = await dms.describeMigrationProjects(by("migration-project-identifier", made.project));
  const found = [groups.ReplicationSubnetGroups, profiles.InstanceProfiles, providers.DataProviders];
  const numbers = [...found, projects.MigrationProjects].map((list) => list?.length);
  require(numbers.join() === "1,1,2,1", `the lists have ${numbers.join()} items, not 1,1,2,1`);

  const ResourceArn = made.project;
  await dms.addTagsToResource({ ResourceArn, Tags: [{ Key: "a", Value: "1" }] });
  const { TagList } = await dms.listTagsForResource({ ResourceArn });
  require(TagList?.[0]?.Value === "1", "the project has no tag");
  await dms.removeTagsFromResource({ ResourceArn, TagKeys: ["a"] });
}
