import type { SimulatePrincipalPolicyCommandInput } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { operatorPolicy } from "../../src/iam-policy/operator-policy.ts";
import { defaultAccountId } from "../../src/local-aws/authentication.ts";
import { localServices } from "../../src/local-aws/local-services.ts";
import { readPolicy } from "../../src/local-aws/policy/document.ts";
import { connectToAws } from "../../src/aws/connect.ts";
import type { Context } from "../../src/context.ts";
import { systemClock } from "../../src/clock.ts";
import { simulatePermissions, simulationsOf } from "../../src/steps/simulate-permissions.ts";
import { lineProgress } from "../../src/terminal/plain-progress.ts";
import { serveSmallWorld } from "../local-aws/small-world.ts";

const scope = { account: defaultAccountId, region: "us-east-1", stack: "BedrockChatStack" };
const statements = operatorPolicy(scope).Statement;

type Iam = Context["aws"]["iam"];
type Sts = Context["aws"]["sts"];

/** What the operator is told under a policy that calls are held to. */
async function simulatedUnder(
  policy: object,
  change: { readonly iam?: (iam: Iam) => Partial<Iam>; readonly sts?: Partial<Sts> } = {},
) {
  const held = readPolicy(JSON.stringify(policy));
  await using served = await serveSmallWorld(localServices({ policy: held }), { policy: held });
  const { endpoint, credentials, region } = served.settings;
  const signal = new AbortController().signal;
  const aws = connectToAws({ region, profile: undefined, signal, fixed: { endpoint, credentials } });
  const context: Context = {
    aws: { ...aws, iam: changed(aws.iam, change.iam?.(aws.iam)), sts: changed(aws.sts, change.sts) },
    clock: systemClock,
    signal,
    progress: lineProgress(() => undefined, systemClock),
    pollMs: 1,
    caFile: undefined,
    reach: { connect: "direct", tunnels: {} },
    account: scope.account,
    region,
  };
  return await simulatePermissions(statements, context);
}

function changed<T extends object>(client: T, change: Partial<T> = {}): T {
  return Object.assign(Object.create(client) as T, change);
}

const whole = { Version: "2012-10-17", Statement: statements };
const deny = (action: string) => ({ Sid: "Deny", Effect: "Deny", Action: action, Resource: "*" });

test("the policy that is printed allows all of itself; what is taken out of it is named", async () => {
  expect(await simulatedUnder(whole)).toMatchObject({ denied: [] });
  const less = {
    ...whole,
    Statement: [...statements, deny("dms:StartDataMigration"), deny("iam:ListRoles"), deny("rds-data:B*")],
  };
  expect(await simulatedUnder(less)).toMatchObject({
    denied: [
      { action: "iam:ListRoles", statement: "LookAround" },
      { action: "rds-data:BeginTransaction", statement: "QueryDatabaseOfStack" },
      { action: "dms:StartDataMigration", statement: "ChangeWhatRunsMade" },
      { action: "rds-data:BeginTransaction", statement: "ChangeWhatRunsMade" },
    ],
  });
});

test.each([
  [undefined],
  [[`arn:aws:iam::${defaultAccountId}:role/service`, `arn:aws:iam::${defaultAccountId}:role/s`]],
])("every action of every statement is asked for (roles: %s)", (dmsRoles) => {
  for (const one of operatorPolicy({ ...scope, dmsRoles }).Statement) {
    const asked = simulationsOf(one, scope.region).flatMap(({ actions }) => actions);
    expect(asked.toSorted(), one.Sid).toEqual([one.Action].flat().toSorted());
  }
});

test("a policy that is narrower by the kind of resource, and valid, lacks nothing", async () => {
  const narrowed = statements.map((one) =>
    one.Sid === "ChangeWhatRunsMade"
      ? { ...one, Action: [one.Action].flat().filter((it) => !it.endsWith("DBCluster")) }
      : one,
  );
  const only = {
    Effect: "Allow",
    Action: ["rds:DeleteDBCluster", "rds:ModifyDBCluster"],
    Resource: `arn:aws:rds:us-east-1:${scope.account}:cluster:bcm-*`,
  };
  expect(await simulatedUnder({ ...whole, Statement: [...narrowed, only] })).toMatchObject({ denied: [] });
});

test("actions that IAM refuses to look at together are asked for one by one", async () => {
  const together: string[][] = [];
  const iam = (real: Iam) => ({
    simulatePrincipalPolicy: (async (input: SimulatePrincipalPolicyCommandInput) => {
      const { ActionNames: actions = [] } = input;
      together.push(actions);
      if (actions.length > 1 && actions.includes("dms:StartDataMigration"))
        throw Object.assign(new Error("They require different authorization information."), {
          name: "InvalidInputException",
        });
      return real.simulatePrincipalPolicy(input);
    }) as Iam["simulatePrincipalPolicy"],
  });
  const less = { ...whole, Statement: [...statements, deny("dms:StartDataMigration")] };
  expect(await simulatedUnder(less, { iam })).toMatchObject({
    denied: [{ action: "dms:StartDataMigration", statement: "ChangeWhatRunsMade" }],
  });
  expect(together).toContainEqual(["dms:StartDataMigration"]);
});

test("where IAM does not tell, it is not known, and not green", async () => {
  const nothing = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "rds:*", Resource: "*" } };
  expect(await simulatedUnder(nothing)).toEqual({ unknown: expect.stringContaining("iam:SimulatePrincipalPolicy") });
  const lost = () => Promise.reject(Object.assign(new Error("no answer"), { name: "TimeoutError" }));
  expect(await simulatedUnder(whole, { sts: { getCallerIdentity: lost } })).toEqual({
    unknown: expect.stringContaining("no answer"),
  });
});

test("an action is asked for on resources of its own service, patterns filled in, conditions met", () => {
  const asked = simulationsOf(
    {
      Sid: "S",
      Action: ["iam:CreateRole", "rds:CreateDBCluster"],
      Resource: ["arn:aws:rds:us-east-1:1:cluster:bcm-*", "arn:aws:iam::1:role/bcm-*", "arn:aws:s3:::other"],
      Condition: { StringLike: { "aws:RequestTag/t": ["a-*", "b"] } },
    },
    "us-east-1",
  );
  const tag = { ContextKeyName: "aws:RequestTag/t", ContextKeyValues: ["a-000000-check"], ContextKeyType: "string" };
  const region = { ContextKeyName: "aws:RequestedRegion", ContextKeyValues: ["us-east-1"], ContextKeyType: "string" };
  expect(asked).toEqual([
    {
      statement: "S",
      actions: ["iam:CreateRole"],
      resources: ["arn:aws:iam::1:role/bcm-000000-check"],
      context: [tag],
    },
    {
      statement: "S",
      actions: ["rds:CreateDBCluster"],
      resources: ["arn:aws:rds:us-east-1:1:cluster:bcm-000000-check"],
      context: [tag, region],
    },
  ]);
});
