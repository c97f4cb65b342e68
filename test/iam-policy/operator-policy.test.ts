import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { operatorPolicy, type PolicyStatement } from "../../src/iam-policy/operator-policy.ts";
import { tooLong } from "../../src/iam-policy/policy-size.ts";

const scope = { account: "111122223333", region: "ap-northeast-1", stack: "BedrockChatStack" };
const { Statement: statements, Version } = operatorPolicy(scope);

const listOf = (texts: string | readonly string[]): readonly string[] => (typeof texts === "string" ? [texts] : texts);
const allowing = (action: string) => statements.filter((one) => listOf(one.Action).includes(action));
const conditionKeys = (one: PolicyStatement) => Object.values(one.Condition ?? {}).flatMap((keys) => Object.keys(keys));

test("is a document that IAM takes: unique Sids, known actions of known services, ARNs", () => {
  expect(Version).toBe("2012-10-17");
  expect(new Set(statements.map((one) => one.Sid)).size).toBe(statements.length);
  for (const { Sid, Effect, Action, Resource } of statements) {
    expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
    expect(Effect).toBe("Allow");
    expect(listOf(Action).length, Sid).toBeGreaterThan(0);
    expect(listOf(Action), Sid).toEqual([...new Set(listOf(Action))].toSorted());
    for (const action of listOf(Action))
      expect(action).toMatch(
        /^(cloudformation|dms|dynamodb|ec2|ecs|iam|pipes|rds|rds-data|scheduler|secretsmanager|sts):[A-Z][A-Za-z]+$/,
      );
    for (const resource of listOf(Resource)) expect(resource).toMatch(/^(\*|arn:aws:[a-z0-9]+:[^:]*:111122223333:.+)$/);
  }
});

test("on everything there is only looking, and making what carries the stack's tag", () => {
  const onEverything = statements.filter((one) => listOf(one.Resource).includes("*"));
  const [looking, making, ...more] = onEverything;
  expect(more).toEqual([]);
  expect(looking?.Condition).toBeUndefined();
  for (const action of listOf(looking?.Action ?? [])) expect(action.split(":")[1], action).toMatch(/^(Describe|List)/);
  expect(making?.Condition).toEqual({
    StringEquals: { "aws:RequestTag/bedrock-chat-migrate:stack": "BedrockChatStack" },
  });
  for (const action of listOf(making?.Action ?? [])) expect(action).toMatch(/^dms:(Create|AddTagsToResource$)/);
});

test("what is changed, ended or read out carries the tag of this stack's runs, or of the stack itself", () => {
  const reaching = /:(Delete|Modify|Start|Stop|Revoke|GetSecretValue$|PutSecretValue$)/;
  const loose = statements
    .filter((one) => listOf(one.Action).some((action) => reaching.test(action)))
    .filter((one) => !conditionKeys(one).some((key) => key.startsWith("aws:ResourceTag/")));
  // A final snapshot does not exist yet, and a task has the tags of neither.
  expect(loose.map(({ Action, Resource }) => ({ Action, Resource }))).toEqual([
    {
      Action: "rds:DeleteDBCluster",
      Resource: "arn:aws:rds:ap-northeast-1:111122223333:cluster-snapshot:bcm-*",
    },
    {
      Action: ["ecs:DescribeTasks", "ecs:RunTask", "ecs:StopTask"],
      Resource: [
        "arn:aws:ecs:ap-northeast-1:111122223333:task-definition/BedrockChatStack*",
        "arn:aws:ecs:ap-northeast-1:111122223333:task/BedrockChatStack-*",
      ],
    },
  ]);
  // Whose tags the tasks do not have: by the cluster that they run in.
  expect(allowing("ecs:RunTask").map((one) => one.Condition)).toEqual([
    { ArnLike: { "ecs:cluster": "arn:aws:ecs:ap-northeast-1:111122223333:cluster/BedrockChatStack-*" } },
  ]);
  const ofTheStack = statements.filter((one) => conditionKeys(one).some((key) => key.includes("aws:cloudformation")));
  expect(ofTheStack.flatMap((one) => listOf(one.Action))).toEqual([
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    ...["Begin", "Commit"].map((verb) => `rds-data:${verb}Transaction`),
    "rds-data:ExecuteStatement",
    "rds-data:RollbackTransaction",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:RevokeSecurityGroupIngress",
    "pipes:DescribePipe",
    "pipes:StartPipe",
    "pipes:StopPipe",
    "rds:StartDBCluster",
  ]);
});

test("roles are written by the tool's prefix, passed by it to DMS only, and the stack's own to its tasks only", () => {
  const passing = allowing("iam:PassRole");
  expect(passing.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
    ["PassRolesToDms", "arn:aws:iam::111122223333:role/bcm-*"],
    ["PassRolesToEmbeddingTasks", "arn:aws:iam::111122223333:role/BedrockChatStack*"],
  ]);
  const [dms, tasks] = passing.map((one) =>
    Object.values(one.Condition ?? {}).flatMap((keys) => keys["iam:PassedToService"] ?? []),
  );
  expect(dms).toContain("dms.amazonaws.com");
  expect(dms?.filter((service) => !/^dms[.-][a-z0-9.-]*amazonaws\.com$/.test(service))).toEqual([]);
  expect(tasks).toEqual(["ecs-tasks.amazonaws.com"]);
  expect(allowing("iam:PutRolePolicy").map((one) => one.Resource)).toEqual(["arn:aws:iam::111122223333:role/bcm-*"]);
});

test("names that CloudFormation and CDK make of a stack's are met", () => {
  const [embedding] = operatorPolicy({ ...scope, stack: "My-Chat-Stack-of-the-Legal-Department" }).Statement.filter(
    ({ Sid }) => Sid === "EmbedInStack",
  );
  expect(listOf(embedding?.Resource ?? [])[0]).toContain("/MyChatStackoftheLegalDepartment*");
});

test("the account's own role can be made, with its one policy and no other", () => {
  const arn = "arn:aws:iam::111122223333:role/dms-vpc-role";
  expect(allowing("iam:AttachRolePolicy")).toEqual([
    expect.objectContaining({
      Resource: arn,
      Condition: {
        ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole" },
      },
    }),
  ]);
  expect(allowing("iam:CreateRole").map((one) => one.Sid)).toContain("MakeDmsVpcRole");
});

test("with roles that an administrator has made, they are passed and looked at, and none is written", () => {
  const dmsRoles = ["service", "secrets"].map((name) => `arn:aws:iam::111122223333:role/${name}`);
  const { Statement } = operatorPolicy({ ...scope, dmsRoles });
  const actions = Statement.flatMap((one) => listOf(one.Action)).filter((action) => action.startsWith("iam:"));
  expect([...new Set(actions)].toSorted()).toEqual([
    "iam:GetRole",
    "iam:ListRolePolicies",
    "iam:ListRoles",
    "iam:PassRole",
    "iam:SimulatePrincipalPolicy",
  ]);
  const passing = Statement.filter((one) => listOf(one.Action).includes("iam:PassRole"));
  expect(passing.map((one) => one.Resource)).toEqual([dmsRoles, "arn:aws:iam::111122223333:role/BedrockChatStack*"]);
});

test("what operations imply is allowed with them", () => {
  for (const action of ["dms:AddTagsToResource", "rds:AddTagsToResource", "iam:TagRole", "secretsmanager:TagResource"])
    expect(allowing(action).length, action).toBe(1);
  expect(allowing("ec2:CreateTags").flatMap(conditionKeys)).toEqual(["ec2:CreateAction"]);
  // These Describe operations have no action of their name.
  for (const kind of ["DataProviders", "InstanceProfiles", "MigrationProjects"]) {
    expect(allowing(`dms:List${kind}`).length, kind).toBe(1);
    expect(allowing(`dms:Describe${kind}`), kind).toEqual([]);
  }
});

test("nothing is said of an account, a Region or a stack but those that are given", () => {
  const other = JSON.stringify(operatorPolicy({ account: "*", region: "*", stack: "Mine" }));
  expect(other).not.toMatch(/111122223333|ap-northeast-1|BedrockChatStack/);
  expect(other).toContain("arn:aws:dynamodb:*:*:table/Mine-*");
  expect(other).toContain('"aws:ResourceTag/bedrock-chat-migrate:stack":"Mine"');
});

test("no two statements could be one: it is as short as it is without reaching further", () => {
  const reach = statements.map(({ Resource, Condition }) => JSON.stringify([listOf(Resource).toSorted(), Condition]));
  expect(new Set(reach).size).toBe(statements.length);
});

test("says how to go about it where it is too long for a managed policy", () => {
  expect(tooLong(6144)).toBeUndefined();
  expect(tooLong(6145)).toMatch(/6,145 characters, .*--directory DIR, or put it into a role as an inline policy/);
  expect(tooLong(10_241)).toMatch(/one of a role 10,240: write it in parts that each fit, with --directory DIR\.$/);
});

test("docs/security.md tells every statement, and those that it shows are as they are printed", () => {
  const page = readFileSync("docs/security.md", "utf8");
  const told = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, sid]) => sid);
  expect(told).toEqual(statements.map((one) => one.Sid));
  const { Statement } = operatorPolicy({ ...scope, region: "eu-west-1" });
  const shown = /^```json\n([^]*?)^```$/m.exec(page)?.[1] ?? "";
  expect(JSON.parse(`[${shown}]`)).toEqual(
    Statement.filter(({ Sid }) => ["ChangeWhatRunsMade", "PassRolesToDms"].includes(Sid)),
  );
});
