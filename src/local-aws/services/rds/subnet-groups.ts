import type * as sdk from "@aws-sdk/client-rds";
import type { Handlers } from "../../service.ts";
import type { World } from "../../world.ts";
import { subnetGroupFor } from "./cluster-placement.ts";
import { listPage } from "./lists.ts";
import type { RdsSdk } from "./sdk.ts";
import type { SubnetGroup } from "./state.ts";

/** DB subnet groups, to look at only. */
export const subnetGroupHandlers: Handlers<RdsSdk> = {
  DescribeDBSubnetGroups(input, { world }) {
    const name = input.DBSubnetGroupName;
    const wanted = name === undefined ? [...world.rds.subnetGroups.values()] : [subnetGroupFor(world, name)];
    const page = listPage(wanted, input, { operation: "DescribeDBSubnetGroups", keyOf: (group) => group.name });
    return { DBSubnetGroups: page.items.map((group) => describe(world, group)), Marker: page.marker };
  },
};

function describe(world: World, group: SubnetGroup): sdk.DBSubnetGroup {
  return {
    DBSubnetGroupName: group.name,
    DBSubnetGroupArn: group.arn,
    DBSubnetGroupDescription: group.name,
    VpcId: group.vpcId,
    SubnetGroupStatus: "Complete",
    SupportedNetworkTypes: ["IPV4"],
    Subnets: group.subnetIds.map((id) => ({
      SubnetIdentifier: id,
      SubnetStatus: "Active",
      SubnetAvailabilityZone: { Name: world.ec2.subnets.get(id)?.availabilityZone },
    })),
  };
}
