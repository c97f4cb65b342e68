import type * as sdk from "@aws-sdk/client-rds";
import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import type { Subnet } from "../ec2-state.ts";
import { invalidValue } from "./faults.ts";
import { listPage } from "./lists.ts";
import { subnetGroupNamed } from "./look-up.ts";
import type { RdsSdk } from "./sdk.ts";
import type { SubnetGroup } from "./state.ts";
import { givenTags } from "./tags.ts";

/** DB subnet groups: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSubnetGroup.html */
export const subnetGroupHandlers: Handlers<RdsSdk> = {
  CreateDBSubnetGroup(input, { world }) {
    supportsOnly(input, "DBSubnetGroupName", "DBSubnetGroupDescription", "SubnetIds", "Tags");
    const name = checkedName(input.DBSubnetGroupName ?? "");
    if (world.rds.subnetGroups.has(name)) {
      throw new AwsFault("DBSubnetGroupAlreadyExists", `The DB subnet group '${name}' already exists.`);
    }
    const subnets = checkedSubnets(world, input.SubnetIds ?? []);
    const group: SubnetGroup = {
      name,
      arn: arnOf(world, "rds", `subgrp:${name}`),
      description: input.DBSubnetGroupDescription ?? "",
      vpcId: subnets[0]?.vpcId ?? "",
      subnetIds: subnets.map(({ id }) => id),
      tags: givenTags(input.Tags),
    };
    world.rds.subnetGroups.set(name, group);
    return { DBSubnetGroup: describe(world, group) };
  },

  DescribeDBSubnetGroups(input, { world }) {
    const name = input.DBSubnetGroupName;
    const wanted = name === undefined ? [...world.rds.subnetGroups.values()] : [subnetGroupNamed(world, name)];
    const page = listPage(wanted, input, { operation: "DescribeDBSubnetGroups", keyOf: (group) => group.name });
    return { DBSubnetGroups: page.items.map((group) => describe(world, group)), Marker: page.marker };
  },

  DeleteDBSubnetGroup(input, { world }) {
    const { name } = subnetGroupNamed(world, input.DBSubnetGroupName);
    const user = [...world.rds.clusters.values()].find((cluster) => cluster.subnetGroup === name);
    if (user) {
      const why = `at least one database instance: ${user.identifier} is still using it`;
      throw new AwsFault("InvalidDBSubnetGroupStateFault", `Cannot delete the subnet group '${name}' because ${why}.`);
    }
    world.rds.subnetGroups.delete(name);
    return {};
  },
};

/** Stored in lower case: at most 255 letters, digits, `. _ -` and spaces, a letter first, not `default` (API reference). */
function checkedName(name: string): string {
  const stored = name.toLowerCase();
  if (/^[a-z][a-z0-9._ -]{0,254}$/.test(stored) && stored !== "default") return stored;
  throw invalidValue(`The parameter DBSubnetGroupName is not a valid identifier: ${name}`);
}

function checkedSubnets(world: World, ids: readonly string[]): Subnet[] {
  const subnets = ids.map((id) => {
    const subnet = world.ec2.subnets.get(id);
    if (!subnet) throw new AwsFault("InvalidSubnet", `The subnet ID '${id}' does not exist.`);
    return subnet;
  });
  if (new Set(subnets.map(({ vpcId }) => vpcId)).size > 1) {
    throw new AwsFault("InvalidSubnet", "The subnets are not all in a common VPC.");
  }
  if (new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size < 2) {
    throw new AwsFault(
      "DBSubnetGroupDoesNotCoverEnoughAZs",
      "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Please add subnets to cover at least 2 AZs.",
    );
  }
  return subnets;
}

function describe(world: World, group: SubnetGroup): sdk.DBSubnetGroup {
  return {
    DBSubnetGroupName: group.name,
    DBSubnetGroupArn: group.arn,
    DBSubnetGroupDescription: group.description,
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
