import type * as sdk from "@aws-sdk/client-ec2";
import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import { ec2Page, filtered } from "./filters.ts";

/** VPCs and subnets have no tags here, so these filters find nothing. */
const tagFilters = ["tag", "tag-key"] as const;

/** VPCs and subnets, to look at. */
export const networkHandlers: Handlers<typeof sdk> = {
  DescribeVpcs(input, { world }) {
    supportsOnly(input, "VpcIds", "Filters", "MaxResults", "NextToken");
    const vpcs = pick(world.ec2.vpcs, input.VpcIds, (id) => [
      "InvalidVpcID.NotFound",
      `The vpc ID '${id}' does not exist`,
    ]);
    const found = filtered(vpcs, input.Filters, {
      names: ["vpc-id", "cidr", "is-default", "isDefault", "owner-id", "state", ...tagFilters],
      textsOf: (vpc) => ({
        "vpc-id": [vpc.id],
        cidr: [vpc.cidr],
        "is-default": [String(vpc.isDefault ?? false)],
        isDefault: [String(vpc.isDefault ?? false)], // the older spelling, which most scripts have
        "owner-id": [world.accountId],
        state: ["available"],
      }),
    });
    const { page, token } = ec2Page(found, "DescribeVpcs", input, { keyOf: (vpc) => vpc.id, ids: input.VpcIds });
    const described = page.map((vpc) => ({
      VpcId: vpc.id,
      CidrBlock: vpc.cidr,
      IsDefault: vpc.isDefault ?? false,
      InstanceTenancy: "default" as const,
      Tags: [],
      OwnerId: world.accountId,
      State: "available" as const,
    }));
    return { Vpcs: described, ...token };
  },

  DescribeSubnets(input, { world }) {
    supportsOnly(input, "SubnetIds", "Filters", "MaxResults", "NextToken");
    const subnets = pick(world.ec2.subnets, input.SubnetIds, (id) => [
      "InvalidSubnetID.NotFound",
      `The subnet ID '${id}' does not exist`,
    ]);
    const found = filtered(subnets, input.Filters, {
      names: ["subnet-id", "vpc-id", "availability-zone", "cidr-block", "owner-id", "state", ...tagFilters],
      textsOf: (subnet) => ({
        "subnet-id": [subnet.id],
        "vpc-id": [subnet.vpcId],
        "availability-zone": [subnet.availabilityZone],
        "cidr-block": [subnet.cidr],
        "owner-id": [world.accountId],
        state: ["available"],
      }),
    });
    const rules = { keyOf: (subnet: { id: string }) => subnet.id, ids: input.SubnetIds };
    const { page, token } = ec2Page(found, "DescribeSubnets", input, rules);
    const described = page.map((subnet) => ({
      SubnetId: subnet.id,
      SubnetArn: arnOf(world, "ec2", `subnet/${subnet.id}`),
      VpcId: subnet.vpcId,
      AvailabilityZone: subnet.availabilityZone,
      CidrBlock: subnet.cidr,
      AvailableIpAddressCount: addressesOf(subnet.cidr),
      Tags: [],
      OwnerId: world.accountId,
      State: "available" as const,
    }));
    return { Subnets: described, ...token };
  },
};

/** The addresses of a subnet less the five that AWS keeps (VPC user guide, subnet-sizing). */
function addressesOf(cidr: string): number {
  return 2 ** (32 - Number(cidr.split("/")[1])) - 5;
}

/** Those of these ids, or all. Throws the code and message of the first id that there is not. */
function pick<T>(
  all: ReadonlyMap<string, T>,
  ids: readonly string[] | undefined,
  notFound: (id: string) => readonly [code: string, message: string],
): T[] {
  if (!ids?.length) return [...all.values()];
  return ids.map((id) => {
    const found = all.get(id);
    if (!found) throw new AwsFault(...notFound(id));
    return found;
  });
}
