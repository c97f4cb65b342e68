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

/** What the operator is told under a policy that calls are held to. */
async function simulatedUnder(policy: object) {
  const held = readPolicy(JSON.stringify(policy));
  await using served = await serveSmallWorld(localServices({ policy: held }), { policy: held });
  const { endpoint, credentials, region } = served.settings;
  const signal = new AbortController().signal;
  const context: Context = {
    aws: connectToAws({ region, profile: undefined, signal, fixed: { endpoint, credentials } }),
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

test("the policy that is printed allows all of itself; what is taken out of it is named", async () => {
  const whole = { Version: "2012-10-17", Statement: statements };
  expect(await simulatedUnder(whole)).toMatchObject({ denied: [] });
  const deny = (action: string) => ({ Sid: "Deny", Effect: "Deny", Action: action, Resource: "*" });
  const less = { ...whole, Statement: [...statements, deny("dms:StartDataMigration"), deny("iam:ListRoles")] };
  expect(await simulatedUnder(less)).toMatchObject({
    denied: [
      { action: "iam:ListRoles", statement: "LookAround" },
      { action: "dms:StartDataMigration", statement: "ChangeWhatRunsMade" },
    ],
  });
});

test("where IAM does not tell, it is not known, and not green", async () => {
  const nothing = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "rds:*", Resource: "*" } };
  expect(await simulatedUnder(nothing)).toEqual({ unknown: expect.stringContaining("iam:SimulatePrincipalPolicy") });
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
      actions: ["rds:CreateDBCluster"],
      resources: ["arn:aws:rds:us-east-1:1:cluster:bcm-000000-check"],
      context: [tag, region],
    },
    {
      statement: "S",
      actions: ["iam:CreateRole"],
      resources: ["arn:aws:iam::1:role/bcm-000000-check"],
      context: [tag],
    },
  ]);
});
