import { BlockList, isIPv4 } from "node:net";
import type { IngressRule, Subnet } from "../ec2-state.ts";

/** Where a connection comes from, as security groups see it. */
export interface Origin {
  readonly groupIds: readonly string[];
  readonly subnets: readonly Subnet[];
}

/** Whether a rule lets connections through that come from there to a TCP port. */
export function admits(rule: IngressRule, origin: Origin, port: number): boolean {
  const allTraffic = rule.protocol === "-1";
  if (!allTraffic && !(/^(tcp|6)$/.test(rule.protocol) && rule.fromPort <= port && port <= rule.toPort)) return false;
  if (rule.sourceGroupId !== undefined) return origin.groupIds.includes(rule.sourceGroupId);
  const { cidr } = rule;
  return cidr !== undefined && origin.subnets.length > 0 && origin.subnets.every((subnet) => covers(cidr, subnet.cidr));
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
