import { expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import { undisturbed } from "./at-step.ts";
import { inventory } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment } from "./small-deployment.ts";
import { noWishes, story } from "./story.ts";

/** What a restore is asked for besides the defaults. */
type Wishes = Parameters<(typeof story)["restore-snapshot"]>[3];

function restore(world: SmallDeployment, more: Partial<NonNullable<Wishes>> = {}, context: Context = world.context()) {
  return story["restore-snapshot"](world.stateDir, context, undisturbed, { ...noWishes, ...more });
}

/** The old cluster's final snapshot becomes another account's, as after a move between accounts; gives its ARN there. */
async function moveToOtherAccount(world: SmallDeployment, account: string): Promise<string> {
  const { world: here, endpoint } = world.local;
  const [final] = [...here.rds.snapshots.values()];
  if (final === undefined) throw new Error("there is no final snapshot");
  const there = await accountOf(world, account, endpoint);
  const arn = final.arn.replace(here.accountId, account);
  there.rds.snapshots.set(final.identifier, { ...final, arn, vpcId: "vpc-theirs", tags: [] });
  here.rds.snapshots.delete(final.identifier);
  return arn;
}

/** Another account of the local AWS: there once a call with its credentials was made. */
async function accountOf(world: SmallDeployment, account: string, endpoint: string) {
  const { RDS } = await import("@aws-sdk/client-rds");
  const credentials = { accessKeyId: account, secretAccessKey: "local-aws-secret-access-key" };
  const rds = new RDS({ endpoint, region: world.local.world.region, credentials });
  await rds.describeDBClusters({});
  const there = world.local.world.neighbours().find((one) => one.accountId === account);
  if (there === undefined) throw new Error("the account is not there");
  return Object.assign(there, { client: rds });
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
  const there = await accountOf(world, "999900001111", world.local.endpoint);
  await there.client.modifyDBClusterSnapshotAttribute({
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
