import { paginateDescribeTags } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { ec2Service } from "../../../src/local-aws/services/ec2.ts";
import { serveSmallWorld } from "../small-world.ts";

/** Two groups of one VPC, and one of the default VPC. */
async function serve() {
  const served = await serveSmallWorld([ec2Service()]);
  const group = async (GroupName: string, VpcId: string) =>
    (await served.ec2.createSecurityGroup({ GroupName, VpcId, Description: "d" })).GroupId ?? "";
  const groups = { a: await group("a", "vpc-0a"), b: await group("b", "vpc-0a"), c: await group("c", "vpc-0b") };
  return { ...served, ...groups, [Symbol.asyncDispose]: () => served.server.close() };
}

const port = { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432 };

test("a rule from a group is told with its tags, in the group and by itself", async () => {
  await using served = await serve();
  const { ec2, a, b } = served;
  const Tags = [{ Key: "run", Value: "1" }];
  const { SecurityGroupRules } = await ec2.authorizeSecurityGroupIngress({
    GroupId: a,
    IpPermissions: [{ ...port, UserIdGroupPairs: [{ GroupId: b, Description: "why" }] }],
    TagSpecifications: [{ ResourceType: "security-group-rule", Tags }],
  });
  const SecurityGroupRuleId = SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
  const rule = {
    SecurityGroupRuleId,
    SecurityGroupRuleArn: `arn:aws:ec2:us-east-1:111122223333:security-group-rule/${SecurityGroupRuleId}`,
    GroupId: a,
    GroupOwnerId: "111122223333",
    IsEgress: false,
    ...port,
    ReferencedGroupInfo: { GroupId: b, UserId: "111122223333" },
    Description: "why",
    Tags,
  };
  expect(SecurityGroupRuleId).toMatch(/^sgr-[0-9a-f]{17}$/);
  expect(SecurityGroupRules).toEqual([rule]);
  const byTag = await ec2.describeSecurityGroupRules({ Filters: [{ Name: "tag:run", Values: ["1"] }] });
  expect(byTag.SecurityGroupRules).toEqual([rule]);
  const ofGroup = await ec2.describeSecurityGroupRules({ Filters: [{ Name: "group-id", Values: [a] }] });
  expect(ofGroup.SecurityGroupRules?.map((each) => each.IsEgress)).toEqual([false, true]);
  const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupIds: [a] });
  expect(SecurityGroups?.[0]?.IpPermissions).toEqual([
    {
      ...port,
      UserIdGroupPairs: [{ GroupId: b, UserId: "111122223333", Description: "why" }],
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
    },
  ]);
});

test("the same rule twice is refused, and nothing of that request is done", async () => {
  await using served = await serve();
  const { ec2, a, b, world } = served;
  const rule = { ...port, UserIdGroupPairs: [{ GroupId: b }] };
  await ec2.authorizeSecurityGroupIngress({ GroupId: a, IpPermissions: [rule] });
  const ranges = { ...port, IpRanges: [{ CidrIp: "10.0.0.0/8" }] };
  await expect(ec2.authorizeSecurityGroupIngress({ GroupId: a, IpPermissions: [ranges, rule] })).rejects.toMatchObject({
    name: "InvalidPermission.Duplicate",
    message: `the specified rule "peer: ${b}, TCP, from port: 5432, to port: 5432, ALLOW" already exists`,
  });
  await expect(
    ec2.authorizeSecurityGroupIngress({ GroupId: a, IpPermissions: [ranges, ranges] }),
  ).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
  expect(world.ec2.securityGroups.get(a)?.ingress).toHaveLength(1);
});

test("address ranges are kept as their network, and may be given flat", async () => {
  await using served = await serve();
  const { ec2, a } = served;
  const made = await ec2.authorizeSecurityGroupIngress({ GroupId: a, ...port, CidrIp: "10.1.2.3/20" });
  expect(made.SecurityGroupRules?.[0]?.CidrIpv4).toBe("10.1.0.0/20");
  const again = ec2.authorizeSecurityGroupIngress({ GroupId: a, ...port, IpProtocol: "6", CidrIp: "10.1.15.255/20" });
  await expect(again).rejects.toMatchObject({ name: "InvalidPermission.Duplicate" });
  const all = await ec2.authorizeSecurityGroupIngress({ GroupId: a, IpProtocol: "-1", CidrIp: "255.255.255.255/32" });
  expect(all.SecurityGroupRules).toMatchObject([{ CidrIpv4: "255.255.255.255/32", FromPort: -1, ToPort: -1 }]);
});

test.each([
  [{ ...port, IpRanges: [{ CidrIp: "10.0.0/8" }] }, "InvalidParameterValue"],
  [{ ...port, IpRanges: [{ CidrIp: "10.0.0.0/33" }] }, "InvalidParameterValue"],
  [{ ...port, FromPort: 5433, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }, "InvalidParameterValue"],
  [{ IpProtocol: "tcp", IpRanges: [{ CidrIp: "10.0.0.0/8" }] }, "InvalidParameterValue"],
  [{ ...port, IpProtocol: "xtp", IpRanges: [{ CidrIp: "10.0.0.0/8" }] }, "InvalidParameterValue"],
  [{ ...port, UserIdGroupPairs: [{ GroupId: "sg-00" }] }, "InvalidGroup.NotFound"],
  [{ ...port, UserIdGroupPairs: [{}] }, "MissingParameter"],
  [port, "MissingParameter"],
  [{ ...port, Ipv6Ranges: [{ CidrIpv6: "::/0" }] }, "LocalAwsUnsupported"],
])("the permission %j is refused as %s", async (permission, name) => {
  await using served = await serve();
  const { ec2, a } = served;
  const answer = ec2.authorizeSecurityGroupIngress({ GroupId: a, IpPermissions: [permission] });
  await expect(answer).rejects.toMatchObject({ name });
});

test("a group of another VPC is no source, and a dry run does nothing", async () => {
  await using served = await serve();
  const { ec2, a, b, c, world } = served;
  const from = (GroupId: string) => [{ ...port, UserIdGroupPairs: [{ GroupId }] }];
  await expect(ec2.authorizeSecurityGroupIngress({ GroupId: a, IpPermissions: from(c) })).rejects.toMatchObject({
    name: "InvalidGroup.NotFound",
    message: "You have specified two resources that belong to different networks.",
  });
  await expect(
    ec2.authorizeSecurityGroupIngress({ GroupId: a, IpPermissions: from(b), DryRun: true }),
  ).rejects.toMatchObject({ name: "DryRunOperation", $metadata: { httpStatusCode: 412 } });
  expect(world.ec2.securityGroups.get(a)?.ingress).toEqual([]);
});

test("rules are revoked by id and by what they say", async () => {
  await using served = await serve();
  const { ec2, a, b, world } = served;
  const permissions = [
    { ...port, UserIdGroupPairs: [{ GroupId: b, Description: "x" }], IpRanges: [{ CidrIp: "10.0.0.0/8" }] },
  ];
  const made = await ec2.authorizeSecurityGroupIngress({ GroupId: a, IpPermissions: permissions });
  const [first = "", second = ""] = made.SecurityGroupRules?.map((rule) => rule.SecurityGroupRuleId ?? "") ?? [];
  const byId = { GroupId: a, SecurityGroupRuleIds: [first] };
  const revoked = await ec2.revokeSecurityGroupIngress(byId);
  expect(revoked).toMatchObject({
    Return: true,
    RevokedSecurityGroupRules: [{ SecurityGroupRuleId: first, ReferencedGroupId: b }],
  });
  await expect(ec2.revokeSecurityGroupIngress(byId)).rejects.toMatchObject({
    name: "InvalidSecurityGroupRuleId.NotFound",
  });
  await expect(ec2.revokeSecurityGroupIngress({ GroupId: a, IpPermissions: permissions })).rejects.toMatchObject({
    name: "InvalidPermission.NotFound",
    message: "The specified rule does not exist in this security group.",
  });
  const ranges = await ec2.revokeSecurityGroupIngress({ GroupId: a, ...port, CidrIp: "10.0.0.0/8" });
  expect(ranges.RevokedSecurityGroupRules?.[0]?.SecurityGroupRuleId).toBe(second);
  expect(world.ec2.securityGroups.get(a)?.ingress).toEqual([]);
});

test("in the default VPC, revoking what is not there is told and no error", async () => {
  await using served = await serve();
  const { ec2, c } = served;
  const answer = await ec2.revokeSecurityGroupIngress({ GroupId: c, ...port, CidrIp: "10.0.0.0/8" });
  expect(answer).toMatchObject({
    Return: true,
    RevokedSecurityGroupRules: [],
    UnknownIpPermissions: [{ ...port, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }],
  });
});

test("tags of groups and rules are put, taken away and told", async () => {
  await using served = await serve();
  const { ec2, a, b } = served;
  const { SecurityGroupRules } = await ec2.authorizeSecurityGroupIngress({ GroupId: a, ...port, CidrIp: "10.0.0.0/8" });
  const rule = SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
  const Tags = ["1", "2", "3"].map((Key) => ({ Key, Value: `v${Key}` }));
  await ec2.createTags({ Resources: [a, rule], Tags });
  await ec2.createTags({ Resources: [rule], Tags: [{ Key: "1", Value: "new" }] });
  await ec2.deleteTags({ Resources: [a], Tags: [{ Key: "1" }, { Key: "2", Value: "other" }] });
  const told: unknown[] = [];
  for await (const page of paginateDescribeTags({ client: ec2 }, {})) {
    told.push(page.Tags?.map((tag) => `${tag.ResourceType} ${tag.Key}=${tag.Value}`));
  }
  const group = ["security-group 2=v2", "security-group 3=v3"];
  const ofRule = ["security-group-rule 1=new", "security-group-rule 2=v2", "security-group-rule 3=v3"];
  expect(told).toEqual([[...group, ...ofRule]]);
  const found = await ec2.describeTags({
    Filters: [
      { Name: "resource-id", Values: [rule] },
      { Name: "key", Values: ["3"] },
    ],
  });
  expect(found.Tags).toEqual([{ ResourceId: rule, ResourceType: "security-group-rule", Key: "3", Value: "v3" }]);
  await ec2.deleteTags({ Resources: [rule] });
  expect((await ec2.describeTags({ Filters: [{ Name: "resource-type", Values: ["*rule"] }] })).Tags).toEqual([]);
  await expect(ec2.createTags({ Resources: [b, "sgr-00"], Tags })).rejects.toMatchObject({
    name: "InvalidSecurityGroupRuleId.NotFound",
  });
  await expect(ec2.createTags({ Resources: ["x"], Tags })).rejects.toMatchObject({ name: "InvalidID" });
  expect((await ec2.describeTags({ Filters: [{ Name: "resource-id", Values: [b] }] })).Tags).toEqual([]);
});
