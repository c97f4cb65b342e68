import { paginateDescribeSecurityGroups, paginateDescribeSubnets } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { ec2Service } from "../../../src/local-aws/services/ec2.ts";
import type { DbCluster } from "../../../src/local-aws/services/rds/state.ts";
import { serveSmallWorld } from "../small-world.ts";

async function serve() {
  const served = await serveSmallWorld([ec2Service()]);
  const group = async (GroupName: string, VpcId = "vpc-0a") =>
    (await served.ec2.createSecurityGroup({ GroupName, VpcId, Description: "d" })).GroupId ?? "";
  return { ...served, group, [Symbol.asyncDispose]: () => served.server.close() };
}

function tagged(ResourceType: "security-group" | "security-group-rule", Key: string, Value: string) {
  return [{ ResourceType, Tags: [{ Key, Value }] }];
}

test("VPCs and subnets are told by id and by filter, in pages", async () => {
  await using served = await serve();
  const { ec2 } = served;
  const { Vpcs } = await ec2.describeVpcs({ VpcIds: ["vpc-0a"] });
  expect(Vpcs).toMatchObject([{ VpcId: "vpc-0a", CidrBlock: "10.0.0.0/16", IsDefault: false, State: "available" }]);
  await expect(ec2.describeVpcs({ VpcIds: ["vpc-00"] })).rejects.toMatchObject({ name: "InvalidVpcID.NotFound" });
  await expect(ec2.describeSubnets({ SubnetIds: ["subnet-00"] })).rejects.toMatchObject({
    name: "InvalidSubnetID.NotFound",
  });
  const pages: unknown[] = [];
  for await (const page of paginateDescribeSubnets({ client: ec2 }, {})) pages.push(page.Subnets?.length);
  expect(pages).toEqual([5, 1]);
  const Filters = [{ Name: "availability-zone", Values: ["us-east-1a", "*-1c"] }];
  const { Subnets } = await ec2.describeSubnets({ Filters });
  expect(Subnets?.map((subnet) => subnet.SubnetId)).toEqual(["subnet-0a", "subnet-0c"]);
  await expect(ec2.describeSubnets({ Filters: [{ Name: "colour", Values: ["x"] }] })).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: "The filter 'colour' is invalid",
  });
});

test("VPCs, subnets and groups are found by the filters that scripts have", async () => {
  await using served = await serve();
  const { ec2 } = served;
  const by = (...pairs: [name: string, value: string][]) => ({
    Filters: pairs.map(([Name, value]) => ({ Name, Values: [value] })),
  });
  const isDefault = await ec2.describeVpcs(by(["isDefault", "true"], ["state", "available"]));
  expect(isDefault.Vpcs).toMatchObject([{ VpcId: "vpc-0b", InstanceTenancy: "default" }]);
  expect((await ec2.describeVpcs(by(["tag:Name", "main"]))).Vpcs ?? []).toEqual([]);
  const first = await ec2.describeSubnets(by(["state", "available"], ["subnet-id", "subnet-0a"]));
  expect(first.Subnets).toMatchObject([{ SubnetId: "subnet-0a", AvailableIpAddressCount: 251 }]);
  await ec2.createSecurityGroup({ GroupName: "g", Description: "d", VpcId: "vpc-0a" });
  expect((await ec2.describeSecurityGroups(by(["owner-id", "111122223333"]))).SecurityGroups).toHaveLength(1);
  expect((await ec2.describeSecurityGroups(by(["owner-id", "444455556666"]))).SecurityGroups ?? []).toEqual([]);
});

test("a group is created once in a VPC, with its tags and its rule that lets everything out", async () => {
  await using served = await serve();
  const { ec2 } = served;
  const input = { GroupName: "g", Description: "d", VpcId: "vpc-0a" };
  const TagSpecifications = tagged("security-group", "run", "1");
  const { GroupId = "" } = await ec2.createSecurityGroup({ ...input, TagSpecifications });
  expect(GroupId).toMatch(/^sg-[0-9a-f]{17}$/);
  await expect(ec2.createSecurityGroup(input)).rejects.toMatchObject({
    name: "InvalidGroup.Duplicate",
    message: "The security group 'g' already exists for VPC 'vpc-0a'",
  });
  await ec2.createSecurityGroup({ ...input, VpcId: "vpc-0b" });
  const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupIds: [GroupId] });
  expect(SecurityGroups).toEqual([
    {
      GroupId,
      GroupName: "g",
      Description: "d",
      VpcId: "vpc-0a",
      OwnerId: "111122223333",
      SecurityGroupArn: `arn:aws:ec2:us-east-1:111122223333:security-group/${GroupId}`,
      Tags: [{ Key: "run", Value: "1" }],
      IpPermissions: [],
      IpPermissionsEgress: [
        {
          IpProtocol: "-1",
          IpRanges: [{ CidrIp: "0.0.0.0/0" }],
          Ipv6Ranges: [],
          PrefixListIds: [],
          UserIdGroupPairs: [],
        },
      ],
    },
  ]);
});

test.each([
  [{ VpcId: "vpc-00" }, "InvalidVpcID.NotFound"],
  [{ GroupName: "sg-x" }, "InvalidParameterValue"],
  [{ Description: "ไทย" }, "InvalidParameterValue"],
  [{ TagSpecifications: tagged("security-group-rule", "a", "b") }, "InvalidParameterValue"],
  [{ DryRun: true }, "DryRunOperation"],
])("a group with %j is refused as %s", async (part, name) => {
  await using served = await serve();
  const input = { GroupName: "g", Description: "d", VpcId: "vpc-0a", ...part };
  await expect(served.ec2.createSecurityGroup(input)).rejects.toMatchObject({ name });
  expect(served.world.ec2.securityGroups.size).toBe(0);
});

test("groups are found by id, by filters, and by name in the default VPC alone", async () => {
  await using served = await serve();
  const { ec2 } = served;
  const [a, b, inDefault] = [await served.group("a"), await served.group("b"), await served.group("a", "vpc-0b")];
  await ec2.createTags({ Resources: [b], Tags: [{ Key: "run", Value: "1" }] });
  const pair = { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: b }] };
  await ec2.authorizeSecurityGroupIngress({ GroupId: a, IpPermissions: [pair] });
  const ids = async (...Filters: { Name: string; Values: string[] }[]) =>
    (await ec2.describeSecurityGroups({ Filters })).SecurityGroups?.map((group) => group.GroupId);
  expect(await ids({ Name: "group-id", Values: [a, inDefault] })).toEqual([a, inDefault]);
  expect(await ids({ Name: "group-name", Values: ["a"] }, { Name: "vpc-id", Values: ["vpc-0a"] })).toEqual([a]);
  expect(await ids({ Name: "tag:run", Values: ["1"] })).toEqual([b]);
  expect(await ids({ Name: "tag-key", Values: ["r?n", "x"] })).toEqual([b]);
  expect(await ids({ Name: "ip-permission.group-id", Values: [b] })).toEqual([a]);
  expect(await ids({ Name: "tag:other", Values: ["*"] })).toEqual([]);
  const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupNames: ["a"] });
  expect(SecurityGroups?.map((group) => group.GroupId)).toEqual([inDefault]);
  await expect(ec2.describeSecurityGroups({ GroupNames: ["b"] })).rejects.toMatchObject({
    name: "InvalidGroup.NotFound",
  });
  await expect(ec2.describeSecurityGroups({ GroupIds: ["x"] })).rejects.toMatchObject({
    name: "InvalidGroupId.Malformed",
  });
});

test("groups come in pages; odd page sizes and tokens are refused", async () => {
  await using served = await serve();
  const { ec2 } = served;
  const made: string[] = [];
  for (const name of "abcdefg") made.push(await served.group(name));
  const seen: unknown[] = [];
  for await (const page of paginateDescribeSecurityGroups({ client: ec2, pageSize: 1000 }, {})) {
    seen.push(page.SecurityGroups?.map((group) => group.GroupId));
  }
  expect(seen).toEqual([made.slice(0, 5), made.slice(5)]);
  await expect(ec2.describeSecurityGroups({ MaxResults: 4 })).rejects.toMatchObject({ name: "InvalidParameterValue" });
  await expect(ec2.describeSecurityGroups({ MaxResults: 5, GroupIds: made })).rejects.toMatchObject({
    name: "InvalidParameterCombination",
  });
  await expect(ec2.describeSecurityGroups({ NextToken: "rubbish" })).rejects.toMatchObject({
    name: "InvalidPaginationToken",
  });
});

test("a group in use cannot be deleted", async () => {
  await using served = await serve();
  const { ec2, world } = served;
  const [a, b] = [await served.group("a"), await served.group("b")];
  const own = { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: b }] };
  await ec2.authorizeSecurityGroupIngress({ GroupId: b, IpPermissions: [own] });
  await ec2.authorizeSecurityGroupIngress({ GroupId: a, IpPermissions: [own] });
  const refused = { name: "DependencyViolation", message: `resource ${b} has a dependent object` };
  await expect(ec2.deleteSecurityGroup({ GroupId: b })).rejects.toMatchObject(refused);
  await ec2.revokeSecurityGroupIngress({ GroupId: a, IpPermissions: [own] });

  world.rds.clusters.set("c", { securityGroupIds: [b] } as DbCluster);
  await expect(ec2.deleteSecurityGroup({ GroupId: b })).rejects.toMatchObject(refused);
  world.rds.clusters.clear();

  world.dms.instanceProfiles.set("p", { VpcSecurityGroups: [b] });
  await expect(ec2.deleteSecurityGroup({ GroupId: b })).rejects.toMatchObject(refused);
  world.dms.instanceProfiles.clear();

  expect(await ec2.deleteSecurityGroup({ GroupId: b })).toMatchObject({ Return: true, GroupId: b });
  await expect(ec2.deleteSecurityGroup({ GroupId: b })).rejects.toMatchObject({ name: "InvalidGroup.NotFound" });
  await expect(ec2.deleteSecurityGroup({})).rejects.toMatchObject({ name: "MissingParameter" });
});
