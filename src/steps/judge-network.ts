import { commandFor } from "../command-for.ts";
import { BlockList, isIPv4 } from "node:net";
import type { IpPermission, SecurityGroup, Subnet } from "@aws-sdk/client-ec2";
import type { Finding } from "./finding.ts";

export interface SubnetQuestion {
  readonly stack: string;
  readonly vpcId: string;
  /** Those that DMS is to put its network interface into. */
  readonly subnetIds: readonly string[];
  /** Every subnet of the VPC. */
  readonly subnets: readonly Subnet[];
}

/** What keeps DMS from these subnets: it wants them in one VPC, the databases', and in two Availability Zones (User Guide, subnet-group). */
export function judgeSubnets({ stack, vpcId, subnetIds, subnets }: SubnetQuestion): Finding[] {
  const chosen = subnets.filter((one) => subnetIds.includes(one.SubnetId ?? ""));
  const foreign = subnetIds.filter((id) => chosen.every((one) => one.SubnetId !== id));
  const zones = new Set(chosen.map(zoneOf));
  if (foreign.length === 0 && zones.size >= 2) return [];
  const what =
    foreign.length > 0
      ? `No subnet of the VPC ${vpcId}, which the databases are in: ${foreign.join(", ")}.`
      : `DMS needs subnets in two Availability Zones, and ${subnetIds.join(" and ")} ${subnetIds.length > 1 ? "are" : "is"} in ${[...zones].join(", ")}.`;
  return [{ what, remedy: otherSubnets(subnets, chosen, stack) }];
}

function otherSubnets(subnets: readonly Subnet[], chosen: readonly Subnet[], stack: string): string {
  const [first = subnets[0]] = chosen;
  const others = subnets.filter((one) => first !== undefined && zoneOf(one) !== zoneOf(first));
  const [second] = others;
  if (first === undefined || second === undefined)
    return `The VPC has subnets in one zone only: make one in another zone, routed as the private subnets are, then: ${commandFor("start-dms-migration", { stack }, "--subnet-ids", "ID,ID")}`;
  const there = others.map((one) => `  ${one.SubnetId} in ${zoneOf(one)} (${one.CidrBlock})`);
  return [
    commandFor("start-dms-migration", { stack }, "--subnet-ids", `${first.SubnetId},${second.SubnetId}`),
    "with any of the VPC's subnets in other zones, from which AWS's services can be reached (a NAT gateway, or endpoints for Secrets Manager and CloudWatch Logs):",
    ...there,
  ].join("\n");
}

function zoneOf({ AvailabilityZone: zone, AvailabilityZoneId: zoneId }: Subnet): string {
  return zone ?? zoneId ?? "";
}

/** The group of the new cluster that gets the rule for DMS: the stack's own, whose rules an operator's policy can be narrowed to. */
export function groupToOpen(
  ids: readonly string[],
  groups: readonly SecurityGroup[],
  stack: string,
): string | undefined {
  const ofStack = ids.filter((id) =>
    groups.some(
      (one) =>
        one.GroupId === id &&
        one.Tags?.some((tag) => tag.Key === "aws:cloudformation:stack-name" && tag.Value === stack),
    ),
  );
  return ofStack[0] ?? ids[0];
}

export interface RouteQuestion {
  readonly stack: string;
  /** The new cluster. */
  readonly cluster: string;
  /** The security groups of the new cluster. */
  readonly ids: readonly string[];
  readonly groups: readonly SecurityGroup[];
  /** Where the temporary cluster can be reached: its groups, the subnets that it is in, its port. */
  readonly source: {
    readonly groupIds: readonly string[];
    readonly ownGroupId: string;
    readonly cidrs: readonly string[];
    readonly port: number;
  };
  readonly replicates: boolean;
}

/** What keeps the databases and DMS from each other that the run's own rules do not mend. */
export function judgeRoutes({ stack, cluster, ids, groups, source, replicates }: RouteQuestion): Finding[] {
  if (ids.length === 0)
    return [
      {
        what: "The new cluster has no VPC security group, so nothing can be admitted to it.",
        remedy: `Give it one (GROUP) that admits the application:\n  aws rds modify-db-cluster --db-cluster-identifier ${cluster} --vpc-security-group-ids GROUP --apply-immediately`,
      },
    ];
  const attached = groups.filter((one) => ids.includes(one.GroupId ?? ""));
  // Without replication the new cluster opens no connection.
  if (!replicates) return [];
  const rules = attached.flatMap((one) => one.IpPermissionsEgress ?? []);
  if (rules.some((rule) => lets(rule, source))) return [];
  const [id] = ids;
  return [
    {
      what: `The new cluster's security groups (${ids.join(", ")}) let it open no connection to the temporary cluster on port ${source.port}, which replication does.`,
      remedy: [
        `Load without replication, which opens none: ${commandFor("start-dms-migration", { stack }, "--migration-type", "full-load")}`,
        "Or, until the load has ended:",
        `  aws ec2 authorize-security-group-egress --group-id ${id} --ip-permissions 'IpProtocol=tcp,FromPort=${source.port},ToPort=${source.port},UserIdGroupPairs=[{GroupId=${source.ownGroupId}}]'`,
      ].join("\n"),
    },
  ];
}

/** Whether an egress rule lets traffic to the temporary cluster out. A prefix list cannot be read here: it counts as one that does. */
function lets(rule: IpPermission, { groupIds, cidrs, port }: RouteQuestion["source"]): boolean {
  const { IpProtocol: protocol, FromPort: from = 0, ToPort: to = 65_535 } = rule;
  const fits = protocol === "-1" || ((protocol === "tcp" || protocol === "6") && from <= port && port <= to);
  if (!fits) return false;
  if ((rule.PrefixListIds ?? []).length > 0) return true;
  if (rule.UserIdGroupPairs?.some((pair) => groupIds.includes(pair.GroupId ?? ""))) return true;
  const ranges = (rule.IpRanges ?? []).map((range) => range.CidrIp ?? "");
  return (
    ranges.includes("0.0.0.0/0") || (cidrs.length > 0 && cidrs.every((cidr) => ranges.some((one) => covers(one, cidr))))
  );
}

/** Whether one IPv4 block holds all of another. */
function covers(outer: string, inner: string): boolean {
  const [network = "", prefix = "32"] = outer.split("/");
  const [address = "", innerPrefix = "32"] = inner.split("/");
  if (!isIPv4(network) || !isIPv4(address) || Number(innerPrefix) < Number(prefix)) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(prefix));
  return block.check(address);
}
