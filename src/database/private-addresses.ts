import { BlockList, isIPv6 } from "node:net";

/** RFC 1918 and RFC 4193 (unique local addresses). */
const privateNetworks = new BlockList();
privateNetworks.addSubnet("10.0.0.0", 8);
privateNetworks.addSubnet("172.16.0.0", 12);
privateNetworks.addSubnet("192.168.0.0", 16);
privateNetworks.addSubnet("fc00::", 7, "ipv6");

/** Whether a host of these addresses is private: all of them are, or it has none that can be seen from here. */
export function isPrivate(addresses: readonly string[]): boolean {
  return addresses.every((address) => privateNetworks.check(address, isIPv6(address) ? "ipv6" : "ipv4"));
}
