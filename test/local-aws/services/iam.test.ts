import { paginateListAttachedRolePolicies, paginateListRoles } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { operatorArn } from "../../../src/local-aws/arn.ts";
import { readPolicy } from "../../../src/local-aws/policy/document.ts";
import { iamService } from "../../../src/local-aws/services/iam.ts";
import { serveSmallWorld } from "../small-world.ts";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "dms.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

function serve() {
  return serveSmallWorld([iamService()]);
}

test("a simulation gives one result an action: that of the resource that is worst off, and each resource's beneath it", async () => {
  const policy = readPolicy(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "rds:*", Resource: "arn:aws:rds:us-east-1:111122223333:cluster:bcm-*" },
        { Effect: "Deny", Action: "rds:Delete*", Resource: "arn:aws:rds:*:*:cluster:other" },
      ],
    }),
  );
  await using served = await serveSmallWorld([iamService(policy)]);
  const [mine, other] = ["bcm-1", "other"].map((name) => `arn:aws:rds:us-east-1:111122223333:cluster:${name}`);
  const asked = {
    PolicySourceArn: operatorArn(served.world),
    ActionNames: ["rds:ModifyDBCluster", "rds:DeleteDBCluster"],
  };
  const named = await served.iam.simulatePrincipalPolicy({ ...asked, ResourceArns: [mine ?? "", other ?? ""] });
  const told = (named.EvaluationResults ?? []).map((one) => [
    one.EvalActionName,
    one.EvalDecision,
    one.ResourceSpecificResults?.map((each) => [each.EvalResourceName, each.EvalResourceDecision]),
  ]);
  expect(told).toEqual([
    [
      "rds:ModifyDBCluster",
      "implicitDeny",
      [
        [mine, "allowed"],
        [other, "implicitDeny"],
      ],
    ],
    [
      "rds:DeleteDBCluster",
      "explicitDeny",
      [
        [mine, "allowed"],
        [other, "explicitDeny"],
      ],
    ],
  ]);
  const any = await served.iam.simulatePrincipalPolicy(asked);
  expect(any.EvaluationResults?.[0]).toMatchObject({ EvalResourceName: "*", EvalDecision: "implicitDeny" });
  expect(any.EvaluationResults?.[0]?.ResourceSpecificResults).toBeUndefined();
});

test("a role is created once, told with its tags, and its documents come URL-encoded", async () => {
  await using served = await serve();
  const { iam } = served;
  const Tags = [{ Key: "run", Value: "1" }];
  const { Role } = await iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: trust, Description: "d", Tags });
  expect(Role).toMatchObject({ Arn: "arn:aws:iam::111122223333:role/r", Path: "/", Description: "d", Tags });
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(trust);
  await expect(iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: trust })).rejects.toMatchObject({
    name: "EntityAlreadyExistsException",
    $metadata: { httpStatusCode: 409 },
  });
  expect((await iam.getRole({ RoleName: "r" })).Role).toMatchObject({ RoleId: Role?.RoleId, Tags });
  await expect(iam.getRole({ RoleName: "none" })).rejects.toMatchObject({
    name: "NoSuchEntityException",
    message: "The role with name none cannot be found.",
  });
});

test("names and documents that IAM refuses are refused", async () => {
  await using served = await serve();
  const { iam } = served;
  await expect(iam.createRole({ RoleName: "a b", AssumeRolePolicyDocument: trust })).rejects.toMatchObject({
    name: "ValidationError",
  });
  for (const AssumeRolePolicyDocument of ["{", "1", "null"]) {
    await expect(iam.createRole({ RoleName: "r", AssumeRolePolicyDocument })).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
  }
  await expect(
    iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: trust, PermissionsBoundary: "arn:x" }),
  ).rejects.toThrow("does not support PermissionsBoundary");
  expect(served.world.iam.size).toBe(0);
});

test("a role with policies cannot be deleted", async () => {
  await using served = await serve();
  const { iam } = served;
  const RoleName = "r";
  const PolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole";
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust });
  await iam.putRolePolicy({ RoleName, PolicyName: "p", PolicyDocument: trust });
  await iam.attachRolePolicy({ RoleName, PolicyArn });
  await expect(iam.deleteRole({ RoleName })).rejects.toMatchObject({
    name: "DeleteConflictException",
    message: "Cannot delete entity, must detach all policies first.",
  });
  await iam.detachRolePolicy({ RoleName, PolicyArn });
  await expect(iam.deleteRole({ RoleName })).rejects.toThrow("Cannot delete entity, must delete policies first.");
  await iam.deleteRolePolicy({ RoleName, PolicyName: "p" });
  await iam.deleteRole({ RoleName });
  await expect(iam.deleteRole({ RoleName })).rejects.toMatchObject({ name: "NoSuchEntityException" });
});

test("a role is in no instance profile, which tools ask before they delete it", async () => {
  await using served = await serve();
  const { iam } = served;
  await iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: trust });
  const answer = await iam.listInstanceProfilesForRole({ RoleName: "r" });
  expect(answer).toMatchObject({ InstanceProfiles: [], IsTruncated: false });
  await expect(iam.listInstanceProfilesForRole({ RoleName: "none" })).rejects.toMatchObject({
    name: "NoSuchEntityException",
  });
});

test("inline policies are put, told and deleted by name", async () => {
  await using served = await serve();
  const { iam } = served;
  const RoleName = "r";
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust });
  await iam.putRolePolicy({ RoleName, PolicyName: "p", PolicyDocument: "{}" });
  await iam.putRolePolicy({ RoleName, PolicyName: "p", PolicyDocument: trust });
  expect((await iam.listRolePolicies({ RoleName })).PolicyNames).toEqual(["p"]);
  const { PolicyDocument } = await iam.getRolePolicy({ RoleName, PolicyName: "p" });
  expect(PolicyDocument).toBe(encodeURIComponent(trust));
  await iam.deleteRolePolicy({ RoleName, PolicyName: "p" });
  for (const act of [iam.getRolePolicy.bind(iam), iam.deleteRolePolicy.bind(iam)]) {
    await expect(act({ RoleName, PolicyName: "p" })).rejects.toMatchObject({ name: "NoSuchEntityException" });
  }
});

test("attaching twice is no error, detaching what is not attached is one", async () => {
  await using served = await serve();
  const { iam } = served;
  const RoleName = "r";
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust });
  for (const name of "aabcdefg") {
    await iam.attachRolePolicy({ RoleName, PolicyArn: `arn:aws:iam::aws:policy/${name}` });
  }
  const names: unknown[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName })) {
    names.push(page.AttachedPolicies?.map((policy) => policy.PolicyName).join(""));
  }
  expect(names).toEqual(["abcde", "fg"]);
  await expect(iam.detachRolePolicy({ RoleName, PolicyArn: "arn:aws:iam::aws:policy/x" })).rejects.toMatchObject({
    name: "NoSuchEntityException",
  });
  await expect(iam.attachRolePolicy({ RoleName, PolicyArn: "policy" })).rejects.toMatchObject({
    name: "InvalidInputException",
  });
});

test("roles are listed in pages, without tags; a marker of nobody's is refused", async () => {
  await using served = await serve();
  const { iam } = served;
  for (let n = 11; n > 0; n -= 1) {
    const Tags = [{ Key: "k", Value: "v" }];
    await iam.createRole({ RoleName: `r${String(n).padStart(2, "0")}`, AssumeRolePolicyDocument: trust, Tags });
  }
  const pages = [];
  for await (const page of paginateListRoles({ client: iam, pageSize: 100 }, {})) pages.push(page.Roles ?? []);
  expect(pages.map((page) => page.length)).toEqual([5, 5, 1]);
  expect(pages.flat().map((role) => role.RoleName?.slice(1))).toEqual(
    Array.from({ length: 11 }, (_, n) => String(n + 1).padStart(2, "0")),
  );
  expect(pages.flat().every((role) => role.Tags === undefined)).toBe(true);
  await expect(iam.listRoles({ Marker: "rubbish" })).rejects.toMatchObject({
    name: "ValidationError",
    message: "Invalid Marker.",
  });
});

test("tags are put, replaced and taken away", async () => {
  await using served = await serve();
  const { iam } = served;
  const RoleName = "r";
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust, Tags: [{ Key: "a", Value: "1" }] });
  await iam.tagRole({
    RoleName,
    Tags: [
      { Key: "a", Value: "2" },
      { Key: "b", Value: "" },
    ],
  });
  await iam.untagRole({ RoleName, TagKeys: ["b", "none"] });
  expect(await iam.listRoleTags({ RoleName })).toMatchObject({ Tags: [{ Key: "a", Value: "2" }], IsTruncated: false });
});
