import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DatabaseMigrationService } from "@aws-sdk/client-database-migration-service";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { ECS } from "@aws-sdk/client-ecs";
import { DescribeDBClustersCommand, DescribeDBEngineVersionsCommand } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { localServices } from "../../../src/local-aws/local-services.ts";
import { readPolicy } from "../../../src/local-aws/policy/document.ts";
import { startDynamoDb } from "../../../src/local-aws/services/dynamodb.ts";
import { embeddingTask, names, putEmbedding } from "../ecs-stack.ts";
import { createProject, putRole, putSecret, putVpcRole } from "../dms-setting.ts";
import { serveSmallWorld } from "../small-world.ts";

function policyOf(...statements: readonly object[]) {
  return readPolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }));
}

const allow = (Action: string | readonly string[], rest: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource: "*",
  ...rest,
});
const deny = (Action: string, rest: object = {}) => ({ ...allow(Action, rest), Effect: "Deny" });

async function servedUnder(...statements: readonly object[]) {
  const served = await serveSmallWorld(localServices(), { policy: policyOf(...statements) });
  return { ...served, dms: new DatabaseMigrationService(served.settings) };
}

const who = "User: arn:aws:iam::111122223333:user/operator is not authorized to perform:";
const because = (action: string) => `because no identity-based policy allows the ${action} action`;

test("what is allowed is done, what is not is refused in AWS's words, and what needs no permission is done", async () => {
  await using at = await servedUnder(allow("rds:DescribeDBEngineVersions"));
  await expect(at.sts.getCallerIdentity({})).resolves.toMatchObject({ Account: "111122223333" });
  await expect(at.rds.send(new DescribeDBEngineVersionsCommand({}))).resolves.toBeDefined();
  const resource = "arn:aws:rds:us-east-1:111122223333:cluster:old";
  await expect(at.rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: "Old" }))).rejects.toMatchObject({
    name: "AccessDenied",
    message: `${who} rds:DescribeDBClusters on resource: ${resource} ${because("rds:DescribeDBClusters")}`,
  });
  await expect(at.ec2.describeVpcs({})).rejects.toMatchObject({
    name: "UnauthorizedOperation",
    message: expect.stringMatching(
      /^You are not authorized to perform this operation\. User: .* ec2:DescribeVpcs on /,
    ) as string,
  });
  await expect(at.dms.describeDataProviders({})).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: `${who} dms:ListDataProviders on resource: * ${because("dms:ListDataProviders")}`,
  });
});

test("an explicit deny is told as one, and nothing is done", async () => {
  await using at = await servedUnder(allow("*"), deny("iam:DeleteRole"));
  putRole(at.world, "kept");
  await expect(at.iam.deleteRole({ RoleName: "kept" })).rejects.toMatchObject({
    name: "AccessDenied",
    message: `${who} iam:DeleteRole on resource: arn:aws:iam::111122223333:role/kept with an explicit deny in an identity-based policy`,
  });
  expect(at.world.iam.has("kept")).toBe(true);
});

test("tags of the request and of the resource decide where a policy asks for them", async () => {
  const Condition = {
    StringEquals: { "aws:RequestTag/run": "1" },
    "ForAllValues:StringEquals": { "aws:TagKeys": "run" },
  };
  await using at = await servedUnder(
    allow(["iam:CreateRole", "iam:TagRole"], { Condition }),
    allow(["iam:GetRole", "iam:DeleteRole"], { Condition: { StringEquals: { "aws:ResourceTag/run": "1" } } }),
  );
  const create = (RoleName: string, ...Tags: { Key: string; Value: string }[]) =>
    at.iam.createRole({ RoleName, AssumeRolePolicyDocument: "{}", Tags });
  await expect(create("a")).rejects.toThrow(because("iam:CreateRole"));
  await expect(create("a", { Key: "run", Value: "2" })).rejects.toThrow(because("iam:CreateRole"));
  await expect(create("a", { Key: "run", Value: "1" }, { Key: "other", Value: "1" })).rejects.toThrow("iam:CreateRole");
  await create("a", { Key: "run", Value: "1" });
  await at.iam.getRole({ RoleName: "a" });
  putRole(at.world, "foreign");
  await expect(at.iam.deleteRole({ RoleName: "foreign" })).rejects.toThrow(because("iam:DeleteRole"));
  await at.iam.deleteRole({ RoleName: "a" });
});

test("tags at creation need the action that tags", async () => {
  await using at = await servedUnder(allow("*"), deny("secretsmanager:TagResource"), deny("ec2:CreateTags"));
  const Tags = [{ Key: "run", Value: "1" }];
  await at.secrets.createSecret({ Name: "plain", SecretString: "s" });
  await expect(at.secrets.createSecret({ Name: "tagged", SecretString: "s", Tags })).rejects.toThrow(
    "secretsmanager:TagResource on resource: arn:aws:secretsmanager:us-east-1:111122223333:secret:tagged-",
  );
  const TagSpecifications = [{ ResourceType: "security-group" as const, Tags }];
  await expect(
    at.ec2.createSecurityGroup({ GroupName: "g", Description: "g", VpcId: "vpc-0a", TagSpecifications }),
  ).rejects.toThrow("ec2:CreateTags on resource: arn:aws:ec2:us-east-1:111122223333:security-group/*");
  expect(at.world.ec2.securityGroups.size).toBe(0);
});

test.each([
  ["dms.amazonaws.com", undefined],
  ["rds.amazonaws.com", "iam:PassRole on resource: arn:aws:iam::111122223333:role/migration"],
])("a role is handed to DMS only where the policy lets it be passed to it: %s", async (service, refusal) => {
  const Condition = { StringEquals: { "iam:PassedToService": service } };
  await using at = await servedUnder(allow("dms:*"), allow("iam:PassRole", { Condition }));
  putVpcRole(at.world);
  const secretArn = putSecret(at.world, "database", { username: "u", password: "p" });
  const project = createProject(at.dms, {
    subnetIds: ["subnet-0a", "subnet-0b"],
    securityGroupIds: [],
    roleArn: putRole(at.world, "migration"),
    source: { port: 1111, secretArn },
    target: { port: 2222, secretArn },
  });
  await (refusal === undefined ? project : expect(project).rejects.toThrow(refusal));
  expect(at.world.dms.migrationProjects.size).toBe(refusal === undefined ? 1 : 0);
});

test("a list of all stacks needs two actions", async () => {
  await using at = await servedUnder(allow("cloudformation:DescribeStacks"));
  await expect(at.cloudformation.send(new DescribeStacksCommand({}))).rejects.toThrow(
    because("cloudformation:ListStacks"),
  );
  await expect(at.cloudformation.send(new DescribeStacksCommand({ StackName: "none" }))).rejects.toThrow(
    "Stack with id none does not exist",
  );
});

const definition = `arn:aws:ecs:us-east-1:111122223333:task-definition/${names.embeddingTaskFamily}`;
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const inCluster = (name: string) => ({
  Condition: { ArnEquals: { "ecs:cluster": `arn:aws:ecs:us-east-1:111122223333:cluster/${name}` } },
});
const passRoles = allow("iam:PassRole", {
  Resource: [role(names.embeddingRoles.task), role(names.embeddingRoles.execution)],
  Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
});

test.each([
  ["enough", [allow("ecs:RunTask", { Resource: `${definition}:*`, ...inCluster(names.embeddingCluster) }), passRoles]],
  [`ecs:RunTask on resource: ${definition}:1`, [allow("ecs:RunTask", { Resource: definition }), passRoles]],
  [`ecs:RunTask on resource: ${definition}:1`, [allow("ecs:RunTask", inCluster("other")), passRoles]],
  [`iam:PassRole on resource: ${role(names.embeddingRoles.task)}`, [allow("ecs:RunTask")]],
  ["ecs:TagResource on resource: arn:aws:ecs:us-east-1:111122223333:task/", [allow("ecs:RunTask"), passRoles]],
])("who runs a task runs a revision, in a cluster, and hands roles to it: %s", async (missing, statements) => {
  await using at = await servedUnder(...statements);
  Object.assign(at.world, { background: () => undefined }); // the task does not have to begin
  putEmbedding(at.world);
  const tags = missing.startsWith("ecs:Tag") ? [{ key: "run", value: "1" }] : undefined;
  const run = new ECS(at.settings).runTask(embeddingTask("user", "bot", { tags }));
  await (missing === "enough" ? run : expect(run).rejects.toThrow(missing));
  expect(at.world.ecs.tasks.size).toBe(missing === "enough" ? 1 : 0);
});

test("tasks are looked at and stopped in the cluster that the policy names", async () => {
  const looks = ["ecs:DescribeTasks", "ecs:ListTasks", "ecs:StopTask"];
  await using at = await servedUnder(allow(looks, inCluster(names.embeddingCluster)));
  putEmbedding(at.world);
  const ecs = new ECS(at.settings);
  const cluster = names.embeddingCluster;
  await expect(ecs.listTasks({ cluster })).resolves.toMatchObject({ taskArns: [] });
  await expect(ecs.describeTasks({ cluster, tasks: ["0123"] })).resolves.toMatchObject({ tasks: [] });
  await expect(ecs.stopTask({ cluster, task: "0123" })).rejects.toThrow("The referenced task was not found.");
  await expect(ecs.listTasks({})).rejects.toThrow(because("ecs:ListTasks"));
  await expect(ecs.describeTaskDefinition({ taskDefinition: names.embeddingTaskFamily })).rejects.toThrow(
    `ecs:DescribeTaskDefinition on resource: * ${because("ecs:DescribeTaskDefinition")}`,
  );
  await expect(ecs.describeClusters({ clusters: [cluster] })).rejects.toThrow(`:cluster/${cluster}`);
});

test("DynamoDB's tables and indexes are held to it too", async () => {
  const dynamodb = await startDynamoDb();
  const tables = "arn:aws:dynamodb:us-east-1:111122223333:table/";
  const policy = policyOf(allow("dynamodb:*", { Resource: `${tables}bots` }), allow("dynamodb:ListTables"));
  await using at = await serveSmallWorld([], { policy, dynamodb });
  try {
    const client = new DynamoDB(at.settings);
    await expect(client.listTables({})).resolves.toMatchObject({ TableNames: [] });
    await expect(client.describeTable({ TableName: "bots" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(client.describeTable({ TableName: "other" })).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: `${who} dynamodb:DescribeTable on resource: ${tables}other ${because("dynamodb:DescribeTable")}`,
    });
    await expect(client.query({ TableName: "bots", IndexName: "byOwner" })).rejects.toThrow(
      `${tables}bots/index/byOwner`,
    );
  } finally {
    await dynamodb.close();
  }
});
