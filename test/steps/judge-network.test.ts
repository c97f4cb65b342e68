import type { IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { groupToOpen, judgeRoutes, judgeSubnets } from "../../src/steps/judge-network.ts";

const subnet = (id: string, zone: string) => ({
  SubnetId: `subnet-${id}`,
  AvailabilityZone: `us-east-1${zone}`,
  CidrBlock: `10.0.${id.charCodeAt(0)}.0/24`,
});
const subnets = [subnet("a", "a"), subnet("b", "b"), subnet("c", "a")];
const chosen = (...ids: string[]) =>
  judgeSubnets({ stack: "Chat", vpcId: "vpc-1", subnets, subnetIds: ids.map((id) => `subnet-${id}`) });

test("subnets in two zones of the databases' VPC are taken, others told with those that there are", () => {
  expect(chosen("a", "b")).toEqual([]);
  expect(chosen("a", "b", "c")).toEqual([]);
  const [oneZone] = chosen("a", "c");
  expect(oneZone?.what).toMatch(/two Availability Zones, and subnet-a and subnet-c are in us-east-1a/);
  expect(oneZone?.remedy).toMatch(
    /start-dms-migration --stack Chat --subnet-ids subnet-a,subnet-b\n[^]*subnet-b in us-east-1b \(10/,
  );
  expect(chosen("a")[0]?.what).toContain("subnet-a is in us-east-1a");
  expect(chosen("a", "f")[0]?.what).toContain("No subnet of the VPC vpc-1, which the databases are in: subnet-f");
  const lone = judgeSubnets({ stack: "Chat", vpcId: "vpc-1", subnets: subnets.slice(0, 1), subnetIds: ["subnet-a"] });
  expect(lone[0]?.remedy).toContain("make one in another zone");
});

const ofStack = [{ Key: "aws:cloudformation:stack-name", Value: "Chat" }];

test("the rule for DMS goes into the stack's own group, or the first where none is", () => {
  const groups: SecurityGroup[] = [{ GroupId: "sg-1" }, { GroupId: "sg-2", Tags: ofStack }];
  expect(groupToOpen(["sg-1", "sg-2"], groups, "Chat")).toBe("sg-2");
  expect(groupToOpen(["sg-1", "sg-2"], groups, "Other")).toBe("sg-1");
  expect(groupToOpen(["sg-1"], [], "Chat")).toBe("sg-1");
  expect(groupToOpen([], groups, "Chat")).toBeUndefined();
});

const source = {
  groupIds: ["sg-run", "sg-1"],
  ownGroupId: "sg-run",
  cidrs: ["10.0.1.0/24", "10.0.2.0/24"],
  port: 5432,
};

function routes(egress: IpPermission[], more: Partial<Parameters<typeof judgeRoutes>[0]> = {}) {
  const groups = [{ GroupId: "sg-1", IpPermissionsEgress: egress }];
  return judgeRoutes({ stack: "Chat", cluster: "chat-new", ids: ["sg-1"], groups, source, replicates: true, ...more });
}

const tcp = (more: Partial<IpPermission>): IpPermission[] => [
  { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, ...more },
];

test.each<[string, IpPermission[]]>([
  ["everything", [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }]],
  ["the VPC on the port", tcp({ IpRanges: [{ CidrIp: "10.0.0.0/16" }] })],
  ["each subnet", tcp({ IpRanges: [{ CidrIp: "10.0.1.0/24" }, { CidrIp: "10.0.2.0/24" }] })],
  ["its own group, which the temporary cluster has, too", tcp({ UserIdGroupPairs: [{ GroupId: "sg-1" }] })],
  ["a prefix list, which is not read", tcp({ PrefixListIds: [{ PrefixListId: "pl-1" }] })],
])("egress to %s lets replication through", (_, egress) => {
  expect(routes(egress)).toEqual([]);
});

test.each<[string, IpPermission[]]>([
  ["nowhere", []],
  ["another port", [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }]],
  ["one of two subnets", tcp({ IpRanges: [{ CidrIp: "10.0.1.0/24" }] })],
  ["another group", tcp({ UserIdGroupPairs: [{ GroupId: "sg-9" }] })],
])("egress to %s does not; the way out is a full load, or one rule", (_, egress) => {
  const [finding, ...more] = routes(egress);
  expect(more).toEqual([]);
  expect(finding?.remedy).toMatch(
    /--migration-type full-load[^]*authorize-security-group-egress .* sg-1 .*GroupId=sg-run/,
  );
  expect(routes(egress, { replicates: false })).toEqual([]);
});

test("a cluster without security groups is told", () => {
  const [finding] = routes([], { ids: [] });
  expect(finding?.what).toContain("has no VPC security group");
  expect(finding?.remedy).toContain(
    "modify-db-cluster --db-cluster-identifier chat-new --vpc-security-group-ids GROUP",
  );
});
