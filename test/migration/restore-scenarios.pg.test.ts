import { RDS } from "@aws-sdk/client-rds";
import { expect, test, vi } from "vitest";
import type { Context } from "../../src/context.ts";
import { ExpectedError } from "../../src/errors.ts";
import { dmsRole } from "../../src/iam-policy/dms-role.ts";
import { atStep, undisturbed } from "./at-step.ts";
import { inventory } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment, stack } from "./small-deployment.ts";
import { noWishes, story } from "./story.ts";

/** For a machine that is shared. */
const unhurried = { timeout: 60_000 };

/** What a restore is asked for besides the defaults. */
type Wishes = Parameters<(typeof story)["restore-snapshot"]>[3];

function restore(world: SmallDeployment, more: Partial<NonNullable<Wishes>> = {}, context: Context = world.context()) {
  return story["restore-snapshot"](world.stateDir, context, undisturbed, { ...noWishes, ...more });
}

/** The old cluster's final snapshot becomes another account's, as after a move between accounts; gives its ARN there. */
async function moveToOtherAccount(world: SmallDeployment, account: string): Promise<string> {
  const here = world.local.world;
  const [final] = [...here.rds.snapshots.values()];
  if (final === undefined) throw new Error("there is no final snapshot");
  const there = await otherAccount(world, account);
  const arn = final.arn.replace(here.accountId, account);
  there.rds.snapshots.set(final.identifier, { ...final, arn, vpcId: "vpc-theirs", tags: [] });
  here.rds.snapshots.delete(final.identifier);
  return arn;
}

/** RDS as an AWS client of any account has it, for what the product itself never calls. */
function rdsOf(world: SmallDeployment, account: string): RDS {
  const { endpoint, world: here } = world.local;
  const credentials = { accessKeyId: account, secretAccessKey: "local-aws-secret-access-key" };
  return new RDS({ endpoint, region: here.region, credentials });
}

/** Another account of the local AWS: there once a call with its credentials was made. */
async function otherAccount(world: SmallDeployment, account: string) {
  await rdsOf(world, account).describeDBClusters({});
  const there = world.local.world.neighbours().find((one) => one.accountId === account);
  if (there === undefined) throw new Error("the account is not there");
  return there;
}

/** Another stack's snapshot, the newest of all, and what a run of that stack has made. */
async function leaveOtherStack(world: SmallDeployment, context: Context): Promise<void> {
  const { snapshots } = world.local.world.rds;
  const [final] = [...snapshots.values()];
  if (final === undefined) throw new Error("there is no final snapshot");
  const identifier = "otherstack-snapshot-vectorstore-aaaabbbbcccc";
  const clusterIdentifier = "otherstack-vectorstore-ddddeeeeffff";
  const arn = final.arn.replace(final.identifier, identifier);
  snapshots.set(identifier, { ...final, identifier, clusterIdentifier, arn, createdAt: new Date(Date.now() + 60_000) });
  const Tags = [
    { Key: "bedrock-chat-migrate:run", Value: "991231-other" },
    { Key: "bedrock-chat-migrate:stack", Value: "OtherStack" },
  ];
  const { rds, secrets, iam, ec2 } = context.aws;
  await rds.createDBClusterParameterGroup({
    DBClusterParameterGroupName: "bcm-991231-other-source",
    DBParameterGroupFamily: "aurora-postgresql15",
    Description: "run of another stack",
    Tags,
  });
  await secrets.createSecret({ Name: "bcm-991231-other-source", SecretString: "{}", Tags });
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  await iam.createRole({ RoleName: "bcm-991231-other-dms", AssumeRolePolicyDocument, Tags });
  await ec2.createSecurityGroup({
    GroupName: "bcm-991231-other-network",
    Description: "run of another stack",
    VpcId: (await world.deployment()).vpcId,
    TagSpecifications: [{ ResourceType: "security-group", Tags }],
  });
}

test("15.3 is not on offer any more: the next version is restored; another stack's snapshot and run stay as they are", async () => {
  await using world = await smallDeployment({ engineVersions: ["14.9", "15.5", "15.12", "16.1"] });
  const context = world.context();
  await leaveOtherStack(world, context);
  const before = await inventory(world.local);
  await expect(restore(world, { restoreMinutes: 0 })).rejects.toMatchObject({ exitCode: 4 });
  const { result } = await restore(world);
  expect(result.engineVersion).toBe("15.5");
  expect(result.snapshot).toMatch(/^bedrockchatstack-/);
  expect(world.said.join("\n")).toContain("15.3 can no longer be restored; the lowest version that can");
  const { cleaned } = await story.cleanup(world.stateDir, context, undisturbed);
  expect(cleaned.residue).toEqual([]);
  expect(await inventory(world.local)).toEqual(before);
});

test("a snapshot that another account shares is restored by its ARN; what is not shared is told with what shares it", async () => {
  await using world = await smallDeployment();
  const arn = await moveToOtherAccount(world, "999900001111");
  await expect(restore(world, { snapshot: arn })).rejects.toMatchObject({
    hint: expect.stringContaining("aws rds modify-db-cluster-snapshot-attribute") as string,
  });
  await rdsOf(world, "999900001111").modifyDBClusterSnapshotAttribute({
    DBClusterSnapshotIdentifier: arn,
    AttributeName: "restore",
    ValuesToAdd: [world.local.world.accountId],
  });
  await expect(restore(world)).rejects.toMatchObject({ message: expect.stringContaining("no snapshot") as string });
  const { result } = await restore(world, { snapshot: arn });
  expect(world.said.join("\n")).toMatch(/WARNING: nothing shows that .* of VPC vpc-theirs/);
  expect(result.snapshot).toBe(arn);
  const password = await world.context().aws.secrets.getSecretValue({ SecretId: result.secretArn });
  expect(password.SecretString).toContain("password");
});

/** The old cluster as a failed deletion leaves it: alive, though the stack's events name it as replaced. */
async function reviveOldCluster(world: SmallDeployment, context: Context): Promise<string> {
  const { rds } = context.aws;
  const [final] = [...world.local.world.rds.snapshots.values()];
  const { cluster } = await world.deployment();
  const DBClusterIdentifier = final?.clusterIdentifier ?? "";
  await rds.restoreDBClusterFromSnapshot({
    DBClusterIdentifier,
    SnapshotIdentifier: final?.arn,
    Engine: "aurora-postgresql",
    EngineVersion: "15.3",
    DBSubnetGroupName: cluster.DBSubnetGroup,
  });
  await vi.waitUntil(() => world.local.world.rds.clusters.get(DBClusterIdentifier)?.status === "available", unhurried);
  return DBClusterIdentifier;
}

/** Gives the new cluster's table to another role, as a hand-made deployment may have it. */
async function ownItems(world: SmallDeployment, role: string): Promise<void> {
  const { cluster } = await world.deployment();
  const { server } = world.local.world.rds.clusters.get(cluster.DBClusterIdentifier ?? "") ?? {};
  await server?.asSuperuser("postgres", (client) => client.query(`alter table items owner to ${role}`));
}

async function refused(work: Promise<unknown>): Promise<ExpectedError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof ExpectedError) return error;
  throw new Error("nothing was refused", { cause: error });
}

/** A role that an administrator has made for DMS, as `iam-policy --for` prints it. */
async function makeRole(context: Context, purpose: "service-role" | "secrets-role"): Promise<string> {
  const { account, region, aws } = context;
  const { AssumeRolePolicyDocument, PolicyDocument } = dmsRole(purpose, { account, region, stack });
  const RoleName = `by-an-administrator-${purpose}`;
  await aws.iam.createRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument) });
  await aws.iam.putRolePolicy({ RoleName, PolicyName: "dms", PolicyDocument: JSON.stringify(PolicyDocument) });
  return `arn:aws:iam::${account}:role/${RoleName}`;
}

test("an old cluster that lives, subnets in one zone, no dms-vpc-role, given roles, a rule that goes while DMS starts", async () => {
  await using world = await smallDeployment();
  const context = world.context();
  const { iam, ec2, rds: state } = world.local.world;
  const old = await reviveOldCluster(world, context);

  const living = await refused(restore(world));
  const [, cluster, snapshot] =
    /--db-cluster-identifier (\S+) --db-cluster-snapshot-identifier (\S+)/.exec(living.hint) ?? [];
  expect(cluster).toBe(old);
  await rdsOf(world, context.account).createDBClusterSnapshot({
    DBClusterIdentifier: cluster,
    DBClusterSnapshotIdentifier: snapshot,
  });
  await vi.waitUntil(() => state.snapshots.get(snapshot ?? "")?.status === "available", unhurried);
  const { result } = await restore(world, { snapshot: snapshot ?? "" });
  expect(result.snapshot).toBe(snapshot);

  const { subnetIds } = await world.deployment();
  const [first = "", second = ""] = subnetIds;
  const moved = ec2.subnets.get(second);
  if (moved === undefined) throw new Error("the stack has no second subnet");
  const zone = ec2.subnets.get(first)?.availabilityZone ?? "";
  ec2.subnets.set(second, { ...moved, availabilityZone: zone });
  iam.delete("dms-vpc-role");
  const serviceRoleArn = await makeRole(context, "service-role");
  const secretsRoleArn = await makeRole(context, "secrets-role");
  const wishes = { ...noWishes, placement: { serviceRoleArn: `${serviceRoleArn}-typo`, secretsRoleArn } };
  await ownItems(world, "rds_iam");
  const before = await inventory(world.local);
  const refusal = await refused(story["start-dms-migration"](world.stateDir, context, undisturbed, wishes));
  expect(refusal.message).toMatch(
    /4 things [^]*two Availability Zones[^]*no role .*-typo[^]*"postgres" does not own [^]*may not grant what/,
  );
  expect(await inventory(world.local)).toEqual(before);
  await ownItems(world, "postgres");

  const subnets = /--subnet-ids (\S+)/.exec(refusal.hint)?.[1]?.split(",") ?? [];
  const given = { ...noWishes, placement: { serviceRoleArn, secretsRoleArn, subnetIds: subnets } };
  const [group] = (await world.deployment()).cluster.VpcSecurityGroups ?? [];
  const closing = atStep("start-data-migration", async () => {
    const opened = ec2.securityGroups.get(group?.VpcSecurityGroupId ?? "");
    if (opened === undefined) throw new Error("the new cluster has no security group");
    opened.ingress = opened.ingress.filter((rule) => rule.tags.length === 0);
  });
  await expect(story["start-dms-migration"](world.stateDir, context, closing, given)).rejects.toThrow(
    /Unable to connect to target/,
  );
  // Roles and subnets are the run's from here on; the rule is made anew.
  const load = await story["start-dms-migration"](world.stateDir, context, undisturbed);
  expect(load.result.rows).toBe(60);
  expect([...world.local.world.dms.dataMigrations.values()].map((one) => one.ServiceAccessRoleArn)).toEqual([
    serviceRoleArn,
  ]);
  expect([...iam.keys()].filter((name) => name.startsWith("bcm-"))).toEqual([]);
  expect(world.said.join("\n")).toMatch(/new cluster: to load: 60 rows, .* inserts into it wait about/);

  const { cleaned } = await story.cleanup(world.stateDir, context, undisturbed);
  expect(cleaned.residue).toEqual([]);
  expect(iam.get("dms-vpc-role")).toMatchObject({ tags: [] });
  expect([...(iam.get("dms-vpc-role")?.attached ?? [])]).toEqual([
    "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole",
  ]);
  expect(iam.has("by-an-administrator-service-role")).toBe(true);
});
