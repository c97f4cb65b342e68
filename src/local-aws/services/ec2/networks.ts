import type * as sdk from "@aws-sdk/client-ec2";
import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import { ec2Page, filtered } from "./filters.ts";

/** VPCs and subnets, to look at. */
export const networkHandlers: Handlers<typeof sdk> = {
  DescribeVpcs(input, { world }) {
    supportsOnly(input, "VpcIds", "Filters", "MaxResults", "NextToken");
    const vpcs = pick(world.ec2.vpcs, input.VpcIds, (id) => [
      "InvalidVpcID.NotFound",
      `The vpc ID '${id}' does not exist`,
    ]);
    const found = filtered(vpcs, input.Filters, {
      names: ["vpc-id", "cidr", "is-default"],
      textsOf: (vpc) => ({ "vpc-id": [vpc.id], cidr: [vpc.cidr], "is-default": [String(vpc.isDefault ?? false)] }),
    });
    const { page, token } = ec2Page(found, "DescribeVpcs", input, { keyOf: (vpc) => vpc.id, ids: input.VpcIds });
    const described = page.map((vpc) => ({
      VpcId: vpc.id,
      CidrBlock: vpc.cidr,
      IsDefault: vpc.isDefault ?? false,
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
      names: ["subnet-id", "vpc-id", "availability-zone", "cidr-block"],
      textsOf: (subnet) => ({
        "subnet-id": [subnet.id],
        "vpc-id": [subnet.vpcId],
        "availability-zone": [subnet.availabilityZone],
        "cidr-block": [subnet.cidr],
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
      OwnerId: world.accountId,
      State: "available" as const,
    }));
    return { Subnets: described, ...token };
  },
};

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
