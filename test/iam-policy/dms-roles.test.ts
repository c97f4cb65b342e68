import { expect, test } from "vitest";
import { operatorPolicy } from "../../src/iam-policy/operator-policy.ts";
import { denialOf } from "../../src/local-aws/policy/authorize.ts";
import { readPolicy } from "../../src/local-aws/policy/document.ts";
import { smallWorld } from "../local-aws/small-world.ts";

const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

test("dms-vpc-role can be made with its own policy, and with none that would make it a way in", () => {
  const world = smallWorld();
  const scope = { account: world.accountId, region: world.region, stack: "Chat" };
  const policy = readPolicy(JSON.stringify(operatorPolicy(scope)));
  const denied = (operation: string, input: object) => denialOf(policy, { service: "iam", operation, input }, world);
  const role = { RoleName: "dms-vpc-role", AssumeRolePolicyDocument: "{}" };
  expect(denied("CreateRole", role)).toBeUndefined();
  const attach = (name: string) => denied("AttachRolePolicy", { ...role, PolicyArn: managed(name) });
  expect(attach("service-role/AmazonDMSVPCManagementRole")).toBeUndefined();
  expect(attach("AdministratorAccess")).toContain("iam:AttachRolePolicy");
  expect(denied("CreateRole", { ...role, RoleName: "mine" })).toContain("iam:CreateRole");
});

test("an operator who is given DMS's roles can pass these, and can write none", () => {
  const world = smallWorld();
  const dmsRoles = [`arn:aws:iam::${world.accountId}:role/service`, `arn:aws:iam::${world.accountId}:role/secrets`];
  const scope = { account: world.accountId, region: world.region, stack: "Chat", dmsRoles };
  const policy = readPolicy(JSON.stringify(operatorPolicy(scope)));
  const denied = (service: string, operation: string, input: object) =>
    denialOf(policy, { service, operation, input }, world);
  const Tags = [{ Key: "bedrock-chat-migrate:stack", Value: "Chat" }];
  const migration = { DataMigrationName: "bcm-1-load", DataMigrationType: "full-load", Tags };
  const passing = (ServiceAccessRoleArn: string | undefined) =>
    denied("dms", "CreateDataMigration", { ...migration, ServiceAccessRoleArn });
  expect(passing(dmsRoles[0])).toBeUndefined();
  expect(passing(`arn:aws:iam::${world.accountId}:role/another`)).toContain("iam:PassRole");
  const role = { RoleName: "bcm-1-dms", AssumeRolePolicyDocument: "{}", Tags };
  expect(denied("iam", "CreateRole", role)).toContain("iam:CreateRole");
  expect(denied("iam", "PutRolePolicy", { RoleName: "service" })).toContain("iam:PutRolePolicy");
});
