import { isIPv4 } from "node:net";
import type { IpPermission, IpRange, UserIdGroupPair } from "@aws-sdk/client-ec2";
import { AwsFault } from "../../fault.ts";
import { supportsOnly, unsupported } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import type { IngressRule, SecurityGroup } from "../ec2-state.ts";
import { groupOf } from "./group-lookup.ts";

/** A rule as a request describes it: with one source, not yet with an id. */
export type RuleSpec = Pick<IngressRule, "protocol" | "fromPort" | "toPort" | "sourceGroupId" | "cidr" | "description">;

/** What authorizing and revoking take: permissions or, in their place, the one rule of the flat members. */
export interface PermissionsInput {
  readonly IpPermissions?: readonly IpPermission[] | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
}

/** The rules that an input asks for, one for each source. Throws what EC2 refuses a permission with. */
export function rulesAsked(world: World, group: SecurityGroup, input: PermissionsInput): RuleSpec[] {
  const permissions = input.IpPermissions ?? [flatPermission(input)];
  return permissions.flatMap((permission) => rulesOf(world, group, permission));
}

function flatPermission(input: PermissionsInput): IpPermission {
  const { IpProtocol, FromPort, ToPort, CidrIp } = input;
  return { IpProtocol, FromPort, ToPort, IpRanges: CidrIp === undefined ? [] : [{ CidrIp }] };
}

function rulesOf(world: World, group: SecurityGroup, permission: IpPermission): RuleSpec[] {
  const { UserIdGroupPairs = [], IpRanges = [], Ipv6Ranges = [], PrefixListIds = [] } = permission;
  if (Ipv6Ranges.length + PrefixListIds.length > 0) throw unsupported("IPv6 ranges and prefix lists in rules");
  if (UserIdGroupPairs.length + IpRanges.length === 0) {
    throw new AwsFault("MissingParameter", "The request must contain the parameter cidrIp, or the id of a group");
  }
  const protocol = protocolOf(permission.IpProtocol);
  const ports = portsOf(protocol, permission);
  const fromGroups = UserIdGroupPairs.map((pair) => {
    supportsOnly(pair, "GroupId", "GroupName", "UserId", "VpcId", "Description");
    const source = groupOf(world, pair);
    if (source.vpcId !== group.vpcId) {
      throw new AwsFault(
        "InvalidGroup.NotFound",
        "You have specified two resources that belong to different networks.",
      );
    }
    return { protocol, ...ports, sourceGroupId: source.id, cidr: undefined, description: pair.Description };
  });
  const fromRanges = IpRanges.map(({ CidrIp, Description }) => {
    return {
      protocol,
      ...ports,
      sourceGroupId: undefined,
      cidr: canonicalCidr(CidrIp ?? ""),
      description: Description,
    };
  });
  return [...fromGroups, ...fromRanges];
}

const protocolNumbers: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp" };

function protocolOf(given: string | undefined): string {
  if (given === undefined) throw new AwsFault("MissingParameter", "The request must contain the parameter ipProtocol");
  const protocol = protocolNumbers[given] ?? given.toLowerCase();
  if (["tcp", "udp", "icmp", "-1"].includes(protocol)) return protocol;
  throw new AwsFault("InvalidParameterValue", `Invalid value '${given}' for IP protocol. Unknown protocol.`);
}

function portsOf(protocol: string, { FromPort: fromPort, ToPort: toPort }: IpPermission) {
  if (protocol === "-1") return { fromPort: -1, toPort: -1 };
  if (protocol === "icmp") return { fromPort: fromPort ?? -1, toPort: toPort ?? -1 };
  if (fromPort === undefined || toPort === undefined) {
    throw invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  }
  const inRange = [fromPort, toPort].every((port) => port >= 0 && port <= 65_535);
  if (!inRange || fromPort > toPort) throw invalid(`Invalid value '${fromPort}-${toPort}' for portRange.`);
  return { fromPort, toPort };
}

/** EC2 keeps the network of a block: 10.0.0.7/24 becomes 10.0.0.0/24. */
function canonicalCidr(text: string): string {
  const [address = "", bits = "", ...rest] = text.split("/");
  if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32 || rest.length > 0) {
    throw invalid(`CIDR block ${text} is malformed`);
  }
  const length = Number(bits);
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - length);
  const network = Math.floor(value / size) * size;
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256);
  return `${parts.join(".")}/${length}`;
}

/** Whether two rules let the same in; what they say of themselves does not count. */
export function sameRule(a: RuleSpec, b: RuleSpec): boolean {
  return (
    a.protocol === b.protocol &&
    a.fromPort === b.fromPort &&
    a.toPort === b.toPort &&
    a.sourceGroupId === b.sourceGroupId &&
    a.cidr === b.cidr
  );
}

interface PermissionTold extends IpPermission {
  UserIdGroupPairs: UserIdGroupPair[];
  IpRanges: IpRange[];
}

/** Rules as DescribeSecurityGroups tells them: those of one protocol and port range together. */
export function ipPermissionsOf(world: World, rules: readonly RuleSpec[]): IpPermission[] {
  const permissions = new Map<string, PermissionTold>();
  for (const { protocol, fromPort, toPort, sourceGroupId, cidr, description } of rules) {
    const key = `${protocol} ${fromPort} ${toPort}`;
    const ports = protocol === "-1" ? {} : { FromPort: fromPort, ToPort: toPort };
    const none = { UserIdGroupPairs: [], IpRanges: [], Ipv6Ranges: [], PrefixListIds: [] };
    const permission: PermissionTold = permissions.get(key) ?? { IpProtocol: protocol, ...ports, ...none };
    permissions.set(key, permission);
    const own = description === undefined ? {} : { Description: description };
    if (cidr !== undefined) permission.IpRanges.push({ CidrIp: cidr, ...own });
    else permission.UserIdGroupPairs.push({ GroupId: sourceGroupId, UserId: world.accountId, ...own });
  }
  return [...permissions.values()];
}

function invalid(message: string): AwsFault {
  return new AwsFault("InvalidParameterValue", message);
}
