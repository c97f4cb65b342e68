import { expect, test } from "vitest";
import { readPolicy } from "../../../src/local-aws/policy/document.ts";
import { evaluate } from "../../../src/local-aws/policy/evaluate.ts";

type Element = string | boolean | readonly string[] | Readonly<Record<string, unknown>>;

function policyOf(...statements: readonly Readonly<Record<string, Element>>[]) {
  const whole = statements.map((one) => ({
    Effect: "Allow",
    ...("NotAction" in one ? {} : { Action: "*" }),
    ...("NotResource" in one ? {} : { Resource: "*" }),
    ...one,
  }));
  return readPolicy(JSON.stringify({ Version: "2012-10-17", Statement: whole }));
}

const cluster = "arn:aws:rds:us-east-1:111122223333:cluster:old";

function decide(
  statements: readonly Readonly<Record<string, Element>>[],
  context: Readonly<Record<string, readonly string[]>> = {},
) {
  const request = { action: "rds:DeleteDBCluster", resource: cluster };
  return evaluate(policyOf(...statements), { ...request, context: new Map(Object.entries(context)) });
}

test.each([
  ["an action as it is written", { Action: "rds:DeleteDBCluster" }, true],
  ["an action in another case", { Action: "RDS:deletedbcluster" }, true],
  ["an action by *", { Action: ["ec2:*", "rds:Delete*"] }, true],
  ["an action by ?", { Action: "rds:DeleteDBCluste?" }, true],
  ["another action", { Action: "rds:DeleteDB" }, false],
  ["a dot, which is no wildcard", { Resource: cluster.replace("old", "o.d") }, false],
  ["all actions but another one", { NotAction: "rds:Describe*" }, true],
  ["all actions but this one", { NotAction: "rds:Delete*" }, false],
  ["a resource by *", { Resource: "arn:aws:rds:*:*:cluster:*" }, true],
  ["a resource in another case", { Resource: cluster.toUpperCase().replace("ARN:AWS", "arn:aws") }, false],
  ["a resource that is longer", { Resource: cluster.slice(0, -1) }, false],
  ["all resources but this one", { NotResource: cluster }, false],
])("allowed or not: %s", (_, statement, allowed) => {
  expect(decide([statement])).toBe(allowed ? "allowed" : "implicitly-denied");
});

test("a Deny wins over every Allow, before it and behind it; one that does not fit does nothing", () => {
  const deny = { Effect: "Deny", Action: "rds:Delete*" };
  expect(decide([{}, deny])).toBe("explicitly-denied");
  expect(decide([deny, {}])).toBe("explicitly-denied");
  expect(decide([deny])).toBe("explicitly-denied");
  expect(decide([{}, { ...deny, Resource: `${cluster}er` }])).toBe("allowed");
});

const tag = "aws:ResourceTag/run";

test.each([
  ["StringEquals", "a", ["a"], true],
  ["StringEquals", "a", ["A"], false],
  ["StringEquals", ["b", "a"], ["a"], true],
  ["StringEquals", "a*", ["ab"], false],
  ["StringEquals", "a", undefined, false],
  ["StringEqualsIfExists", "a", undefined, true],
  ["StringEqualsIfExists", "a", ["b"], false],
  ["StringEqualsIgnoreCase", "a", ["A"], true],
  ["StringNotEquals", ["a", "b"], ["b"], false],
  ["StringNotEquals", ["a", "b"], ["c"], true],
  ["StringNotEquals", "a", undefined, true],
  ["StringLike", "a?c*", ["abcd"], true],
  ["StringLike", "a?c", ["ac"], false],
  ["StringNotLike", "a*", ["ab"], false],
  ["Null", "true", undefined, true],
  ["Null", "false", undefined, false],
  ["Null", "false", ["a"], true],
  ["Bool", true, ["True"], true],
  ["Bool", "true", ["false"], false],
  ["ArnLike", "arn:aws:iam::*:role/*", ["arn:aws:iam::1:role/a"], true],
  ["ArnLike", "arn:aws:*:role/a", ["arn:aws:iam::1:role/a"], false],
  ["ArnEquals", "arn:aws:iam::1:role/*", ["arn:aws:iam::1:role/a:b"], true],
  ["ArnNotLike", "arn:aws:iam::1:role/*", ["arn:aws:iam::1:role/a"], false],
  ["ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], true],
  ["ForAnyValue:StringEquals", "a", ["c"], false],
  ["ForAnyValue:StringEquals", "a", undefined, false],
  ["ForAnyValue:StringNotEquals", "a", ["a", "b"], true],
  ["ForAllValues:StringEquals", ["a", "b"], ["b", "a"], true],
  ["ForAllValues:StringEquals", ["a", "b"], ["b", "c"], false],
  ["ForAllValues:StringLike", "a*", undefined, true],
] as const)("%s %j of %j: %s", (operator, wanted, given, holds) => {
  const context = given === undefined ? {} : { [tag.toLowerCase()]: given };
  const decision = decide([{ Condition: { [operator]: { [tag]: wanted } } }], context);
  expect(decision).toBe(holds ? "allowed" : "implicitly-denied");
});

test("all keys of all operators must hold", () => {
  const Condition = {
    StringEquals: { [tag]: "a", "aws:RequestedRegion": "us-east-1" },
    Null: { "aws:TagKeys": "true" },
  };
  const context = { [tag.toLowerCase()]: ["a"], "aws:requestedregion": ["us-east-1"] };
  expect(decide([{ Condition }], context)).toBe("allowed");
  expect(decide([{ Condition }], { ...context, "aws:tagkeys": ["a"] })).toBe("implicitly-denied");
  expect(decide([{ Condition }], { ...context, "aws:requestedregion": ["eu-west-1"] })).toBe("implicitly-denied");
});

test.each([
  ["{", /^It is not JSON: /],
  [{ Statement: [] }, /^Version must be "2012-10-17"\.$/],
  [{ Version: "2012-10-17" }, /^It has no Statement\.$/],
  [{ Effect: "Perhaps" }, /Effect must be "Allow" or "Deny"/],
  [{ Principal: "*" }, /^Statement 1: the local AWS does not know the element Principal\.$/],
  [{ Sid: "Reads", Action: "describe" }, /^Statement 1 \(Reads\): "describe" is no action\.$/],
  [{ Resource: "cluster:old" }, /"cluster:old" is no resource/],
  [{ Action: [] }, /Action is empty/],
  [{ NotAction: "rds:*" }, /needs either Action or NotAction/],
  [{ Resource: "arn:aws:s3:::${aws:username}" }, /does not know policy variables/],
  [{ Condition: { NumericEquals: { [tag]: "1" } } }, /does not know the condition operator NumericEquals\.$/],
  [{ Condition: { stringequals: { [tag]: "1" } } }, /does not know the condition operator stringequals\.$/],
  [{ Condition: { "ForSomeValues:StringEquals": { [tag]: "1" } } }, /does not know the condition operator ForSome/],
  [{ Condition: { NullIfExists: { [tag]: "true" } } }, /does not know the condition operator NullIfExists/],
  [{ Condition: { StringEquals: { "aws:SourceIp": "1" } } }, /does not know the condition key aws:SourceIp\.$/],
  [{ Condition: { StringEquals: { "aws:TagKeys": "a" } } }, /aws:TagKeys has several values/],
  [{ Condition: { Null: { [tag]: "yes" } } }, /takes true or false/],
])("refused at the start, and not overlooked: %j", (given, message) => {
  const statement = { Effect: "Allow", Action: "*", Resource: "*" };
  const whole = typeof given === "string" || "Version" in given || "Statement" in given;
  const document = whole ? given : { Version: "2012-10-17", Statement: { ...statement, ...given } };
  expect(() => readPolicy(typeof document === "string" ? document : JSON.stringify(document))).toThrow(message);
});
