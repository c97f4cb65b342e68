import { expect, test } from "vitest";
import { operatorPolicy } from "../../src/iam-policy/operator-policy.ts";
import { denialOf } from "../../src/local-aws/policy/authorize.ts";
import { readPolicy } from "../../src/local-aws/policy/document.ts";
import { smallWorld } from "../local-aws/small-world.ts";

/** No rehearsal mistypes a stack: what the error that lists those there are takes is looked at here. */
test("an unknown stack can be answered with those that there are", () => {
  const world = smallWorld();
  const scope = { account: world.accountId, region: world.region, stack: "Chat" };
  const policy = readPolicy(JSON.stringify(operatorPolicy(scope)));
  const denied = (operation: string) => denialOf(policy, { service: "cloudformation", operation, input: {} }, world);
  expect(denied("DescribeStacks")).toBeUndefined();
  expect(denied("ListStackResources")).toContain("cloudformation:ListStackResources");
});
