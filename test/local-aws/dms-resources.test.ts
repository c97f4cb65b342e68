import { DatabaseMigrationService } from "@aws-sdk/client-database-migration-service";
import { expect, test } from "vitest";
import { dmsService } from "../../src/local-aws/services/dms/service.ts";
import { createProject, createReady, putRole, putSecret, putVpcRole, rulesFor, untilStatus } from "./dms-setting.ts";
import { serveSmallWorld } from "./small-world.ts";

async function setting() {
  const served = await serveSmallWorld([dmsService()]);
  putVpcRole(served.world);
  const secretArn = putSecret(served.world, "database", { username: "u", password: "p" });
  served.world.ec2.securityGroups.set("sg-a", {
    id: "sg-a",
    name: "a",
    description: "a",
    vpcId: "vpc-0a",
    tags: [],
    ingress: [],
  });
  const parts = {
    subnetIds: ["subnet-0a", "subnet-0b"],
    securityGroupIds: ["sg-a"],
    roleArn: putRole(served.world, "migration"),
    source: { port: 1111, secretArn },
    target: { port: 2222, secretArn },
  };
  return { ...served, dms: new DatabaseMigrationService(served.settings), parts };
}

const group = { ReplicationSubnetGroupIdentifier: "group", ReplicationSubnetGroupDescription: "test" };

test("a subnet group needs dms-vpc-role, subnets that exist, and two zones", async () => {
  await using at = await setting();
  at.world.iam.delete("dms-vpc-role");
  const create = (SubnetIds: string[]) => at.dms.createReplicationSubnetGroup({ ...group, SubnetIds });
  await expect(create(["subnet-0a", "subnet-0b"])).rejects.toThrow(/dms-vpc-role is not configured properly/);
  putRole(at.world, "dms-vpc-role");
  await expect(create(["subnet-0a", "subnet-0b"])).rejects.toMatchObject({ name: "AccessDeniedFault" });
  putVpcRole(at.world);
  await expect(create(["subnet-0a"])).rejects.toMatchObject({ name: "ReplicationSubnetGroupDoesNotCoverEnoughAZs" });
  await expect(create(["subnet-0a", "subnet-no"])).rejects.toMatchObject({ name: "InvalidSubnet" });
  const { ReplicationSubnetGroup } = await create(["subnet-0a", "subnet-0b"]);
  expect(ReplicationSubnetGroup).toMatchObject({ VpcId: "vpc-0a", SubnetGroupStatus: "Complete" });
  await expect(create(["subnet-0a", "subnet-0b"])).rejects.toMatchObject({ name: "ResourceAlreadyExistsFault" });
});

test("an instance profile is public unless told otherwise, and names a subnet group that exists", async () => {
  await using at = await setting();
  const { InstanceProfile } = await at.dms.createInstanceProfile({});
  expect(InstanceProfile?.PubliclyAccessible).toBe(true);
  expect(InstanceProfile?.InstanceProfileArn).toMatch(
    /^arn:aws:dms:us-east-1:111122223333:instance-profile:[A-Z2-7]{26}$/,
  );
  await expect(at.dms.createInstanceProfile({ SubnetGroupIdentifier: "no" })).rejects.toMatchObject({
    name: "ResourceNotFoundFault",
  });
});

test("names follow DMS's rule, descriptions too", async () => {
  await using at = await setting();
  for (const InstanceProfileName of ["1st", "a--b", "end-", "under_score", "a".repeat(256)]) {
    await expect(at.dms.createInstanceProfile({ InstanceProfileName })).rejects.toThrow(
      /InstanceProfileName .* not valid/,
    );
  }
  await expect(at.dms.createInstanceProfile({ Description: "Two words" })).rejects.toThrow(/Description/);
});

test("a data provider needs server, port and database, and takes no certificate that was not imported", async () => {
  await using at = await setting();
  const create = (PostgreSqlSettings: object) =>
    at.dms.createDataProvider({ Engine: "aurora-postgresql", Settings: { PostgreSqlSettings } });
  await expect(create({ ServerName: "localhost" })).rejects.toThrow(/need ServerName, Port and DatabaseName/);
  const whole = { ServerName: "localhost", Port: 5432, DatabaseName: "postgres" };
  await expect(create({ ...whole, SslMode: "verify-full" })).rejects.toThrow(/imported certificate/);
  await expect(create(whole)).resolves.toMatchObject({ DataProvider: { Engine: "aurora-postgresql" } });
});

test("a project's secrets must exist and be readable with their role", async () => {
  await using at = await setting();
  const { dms, parts, world } = at;
  const gone = { ...parts.source, secretArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:no-AbCdEf" };
  await expect(createProject(dms, { ...parts, source: gone })).rejects.toMatchObject({ name: "ResourceNotFoundFault" });
  const project = (SecretsManagerAccessRoleArn: string) => {
    const descriptor = { SecretsManagerSecretId: parts.source.secretArn, SecretsManagerAccessRoleArn };
    return dms.createMigrationProject({
      InstanceProfileIdentifier: "profile",
      SourceDataProviderDescriptors: [{ ...descriptor, DataProviderIdentifier: "source" }],
      TargetDataProviderDescriptors: [{ ...descriptor, DataProviderIdentifier: "target" }],
    });
  };
  const otherAccount = JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: { Service: "dms.us-east-1.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": "999999999999" } },
    },
  });
  const denied = { name: "AccessDeniedFault" };
  await expect(project("arn:aws:iam::111122223333:role/no")).rejects.toMatchObject(denied);
  await expect(project(putRole(world, "untrusting", { trust: otherAccount }))).rejects.toMatchObject(denied);
  await expect(project(putRole(world, "powerless", { permissions: '{"Statement":[]}' }))).rejects.toMatchObject(denied);
  await expect(project(parts.roleArn)).resolves.toHaveProperty("MigrationProject.MigrationProjectArn");
});

test("what is in use can't be deleted; in the right order all of it can", async () => {
  await using at = await setting();
  const { dms, parts } = at;
  const project = await createProject(dms, parts);
  const migration = await createReady(dms, {
    MigrationProjectIdentifier: project,
    DataMigrationType: "full-load",
    ServiceAccessRoleArn: parts.roleArn,
  });
  const inUse = { name: "InvalidResourceStateFault" };
  const deletions = [
    () => dms.deleteDataMigration({ DataMigrationIdentifier: migration }),
    () => dms.deleteMigrationProject({ MigrationProjectIdentifier: project }),
    () => dms.deleteDataProvider({ DataProviderIdentifier: "source" }),
    () => dms.deleteDataProvider({ DataProviderIdentifier: "target" }),
    () => dms.deleteInstanceProfile({ InstanceProfileIdentifier: "profile" }),
    () => dms.deleteReplicationSubnetGroup({ ReplicationSubnetGroupIdentifier: "subnets" }),
  ];
  for (const deletion of deletions.slice(1)) await expect(deletion()).rejects.toMatchObject(inUse);
  await deletions[0]?.();
  await expect(untilStatus(dms, migration, ["none"])).rejects.toThrow(/is gone/);
  for (const deletion of deletions.slice(1)) await deletion();
  expect(at.world.dms.tags.size).toBe(0);
});

test("lists come in small pages and by filter", async () => {
  await using at = await setting();
  const { dms } = at;
  for (let index = 0; index < 7; index += 1)
    await dms.createInstanceProfile({ InstanceProfileName: `profile-${index}` });
  const first = await dms.describeInstanceProfiles({ MaxRecords: 100 });
  expect(first.InstanceProfiles).toHaveLength(5);
  const second = await dms.describeInstanceProfiles({ MaxRecords: 100, Marker: first.Marker });
  expect(second.InstanceProfiles?.map((profile) => profile.InstanceProfileName)).toEqual(["profile-5", "profile-6"]);
  expect(second.Marker).toBeUndefined();
  const byName = { Filters: [{ Name: "instance-profile-identifier", Values: ["profile-3"] }] };
  expect((await dms.describeInstanceProfiles(byName)).InstanceProfiles).toHaveLength(1);
  await expect(dms.describeInstanceProfiles({ MaxRecords: 10 })).rejects.toThrow(/from 20 to 100/);
  await expect(dms.describeInstanceProfiles({ Filters: [{ Name: "no", Values: ["x"] }] })).rejects.toThrow(/'no'/);
  await expect(dms.describeInstanceProfiles({ Marker: "no" })).rejects.toThrow(/Marker/);
});

test("tags are kept apart from the resources, by ARN", async () => {
  await using at = await setting();
  const { dms } = at;
  const Tags = [{ Key: "run", Value: "1" }];
  const { InstanceProfile } = await dms.createInstanceProfile({ Tags });
  const ResourceArn = InstanceProfile?.InstanceProfileArn ?? "";
  await dms.addTagsToResource({
    ResourceArn,
    Tags: [
      { Key: "run", Value: "2" },
      { Key: "x", Value: "y" },
    ],
  });
  await dms.removeTagsFromResource({ ResourceArn, TagKeys: ["x"] });
  expect((await dms.listTagsForResource({ ResourceArn })).TagList).toEqual([{ Key: "run", Value: "2" }]);
  expect((await dms.listTagsForResource({ ResourceArnList: [ResourceArn] })).TagList).toEqual([
    { Key: "run", Value: "2", ResourceArn },
  ]);
  await expect(dms.createInstanceProfile({ Tags: [{ Key: "aws:x", Value: "" }] })).rejects.toThrow(/tag key/);
});

test("a data migration is made with settings that make sense", async () => {
  await using at = await setting();
  const { dms, parts } = at;
  const whole = {
    MigrationProjectIdentifier: await createProject(dms, parts),
    DataMigrationType: "full-load-and-cdc" as const,
    ServiceAccessRoleArn: parts.roleArn,
  };
  const create = (changes: object) => dms.createDataMigration({ ...whole, ...changes });
  await expect(create({ DataMigrationType: "cdc" })).rejects.toMatchObject({ name: "InvalidOperationFault" });
  await expect(create({ NumberOfJobs: 51 })).rejects.toThrow(/from 1 to 50/);
  await expect(create({ SelectionRules: "{" })).rejects.toThrow(/JSON/);
  const exclude = rulesFor("public", "%").replace("include", "exclude");
  await expect(create({ SelectionRules: exclude })).rejects.toThrow(/rule-action/);
  await expect(create({ MigrationProjectIdentifier: "no" })).rejects.toMatchObject({ name: "ResourceNotFoundFault" });
  await expect(create({ EnableCloudwatchLogs: true })).rejects.toThrow(/logs:CreateLogGroup/);
  const untrusted = putRole(at.world, "untrusted", { trust: '{"Statement":[]}' });
  await expect(create({ ServiceAccessRoleArn: untrusted })).rejects.toMatchObject({ name: "FailedDependencyFault" });
});

test("what a data migration cannot be given here is refused, in whichever form it is sent", async () => {
  await using at = await setting();
  const { dms, parts } = at;
  const arn = await createReady(dms, {
    MigrationProjectIdentifier: await createProject(dms, parts),
    DataMigrationType: "full-load-and-cdc",
    ServiceAccessRoleArn: parts.roleArn,
  });
  const modify = (changes: object) => dms.modifyDataMigration({ DataMigrationIdentifier: arn, ...changes });
  await expect(modify({ DataMigrationName: "other" })).rejects.toMatchObject({ name: "LocalAwsUnsupported" });
  // The SDK sends this timestamp as ISO 8601, by the member's own trait.
  const SourceDataSettings = [{ CDCStopTime: new Date() }];
  await expect(modify({ SourceDataSettings })).rejects.toMatchObject({ name: "LocalAwsUnsupported" });
});

test("a data migration that never ran is started with start-replication only, and not stopped", async () => {
  await using at = await setting();
  const { dms, parts } = at;
  const arn = await createReady(dms, {
    MigrationProjectIdentifier: await createProject(dms, parts),
    DataMigrationType: "full-load",
    ServiceAccessRoleArn: parts.roleArn,
  });
  const start = (StartType: "resume-processing" | "start-replication") =>
    dms.startDataMigration({ DataMigrationIdentifier: arn, StartType });
  await expect(start("resume-processing")).rejects.toMatchObject({ name: "InvalidOperationFault" });
  await expect(dms.stopDataMigration({ DataMigrationIdentifier: arn })).rejects.toMatchObject({
    name: "InvalidResourceStateFault",
  });
  await start("start-replication");
  const failed = await untilStatus(dms, arn, ["failed"]);
  expect(failed.LastFailureMessage).toBe("Unable to connect to source. No database answers at localhost:1111.");
  await expect(
    dms.modifyDataMigration({ DataMigrationIdentifier: arn, DataMigrationType: "full-load-and-cdc" }),
  ).rejects.toThrow(/can't change the replication type/);
  await expect(start("start-replication")).rejects.toMatchObject({ name: "InvalidOperationFault" });
  await dms.deleteDataMigration({ DataMigrationIdentifier: arn });
});
