import type { ReplicationSubnetGroup } from "@aws-sdk/client-database-migration-service";
import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import type { Subnet } from "../ec2-state.ts";
import type { World } from "../../world.ts";
import { accessDenied, alreadyExists, invalidParameter, invalidState, resourceNotFound } from "./faults.ts";
import { filtered, paged, type Listing } from "./listing.ts";
import type { NetworkInterfaces } from "./network-interfaces.ts";
import { roleTrusts } from "./policy.ts";
import type { DmsSdk } from "./sdk.ts";
import { checkTags, keepTags } from "./tags.ts";

const listing: Listing<ReplicationSubnetGroup> = {
  operation: "DescribeReplicationSubnetGroups",
  keyOf: (group) => group.ReplicationSubnetGroupIdentifier ?? "",
  filters: { "replication-subnet-group-id": (group) => [group.ReplicationSubnetGroupIdentifier] },
};

/** The operations on replication subnet groups. */
export function subnetGroupHandlers(interfaces: NetworkInterfaces): Handlers<DmsSdk> {
  return {
    CreateReplicationSubnetGroup(input, { world }) {
      checkTags(input.Tags);
      checkVpcRole(world);
      const name = checkedName(input.ReplicationSubnetGroupIdentifier ?? "");
      if (world.dms.subnetGroups.has(name)) throw alreadyExists(`The replication subnet group ${name} already exists.`);
      const subnets = checkedSubnets(world, input.SubnetIds ?? []);
      const group = newGroup(name, input.ReplicationSubnetGroupDescription, subnets);
      world.dms.subnetGroups.set(name, group);
      keepTags(world, subnetGroupArn(world, name), input.Tags);
      return { ReplicationSubnetGroup: group };
    },

    /** Answers a filter that finds nothing with ResourceNotFoundFault: Terraform's provider handles that answer. */
    DescribeReplicationSubnetGroups(input, { world }) {
      const found = filtered(world.dms.subnetGroups.values(), input, listing);
      if (found.length === 0 && (input.Filters ?? []).length > 0) {
        throw resourceNotFound("No Replication Subnet Groups found matching provided filters.");
      }
      const { items, Marker } = paged(found, input, listing);
      return { ReplicationSubnetGroups: items, Marker };
    },

    DeleteReplicationSubnetGroup({ ReplicationSubnetGroupIdentifier = "" }, { world }) {
      const group = findSubnetGroup(world, ReplicationSubnetGroupIdentifier);
      const name = group.ReplicationSubnetGroupIdentifier ?? "";
      const users = [...world.dms.instanceProfiles.values()].filter(
        (profile) => profile.SubnetGroupIdentifier === name,
      );
      if (users.length > 0 || interfaces.isUsed(world, name)) {
        throw invalidState(`The replication subnet group ${name} is in use.`);
      }
      world.dms.subnetGroups.delete(name);
      world.dms.tags.delete(subnetGroupArn(world, name));
      return {};
    },
  };
}

/** The group of this name. */
export function findSubnetGroup(world: World, name: string): ReplicationSubnetGroup {
  const group = world.dms.subnetGroups.get(name.toLowerCase());
  if (group === undefined) throw resourceNotFound(`Replication subnet group ${name} was not found.`);
  return group;
}

/** `arn:aws:dms:REGION:ACCOUNT:subgrp:NAME`, which carries the tags. */
export function subnetGroupArn(world: World, name: string): string {
  return arnOf(world, "dms", `subgrp:${name}`);
}

/** DMS manages network interfaces with the account's `dms-vpc-role`, which must exist under exactly that name. */
function checkVpcRole(world: World): void {
  const role = world.iam.get("dms-vpc-role");
  const policy = "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole";
  if (role?.attached.has(policy) === true && roleTrusts(role, "dms.amazonaws.com", world)) return;
  throw accessDenied("The IAM Role arn:aws:iam::" + world.accountId + ":role/dms-vpc-role is not configured properly.");
}

/** Stored in lower case, as the API reference says. */
function checkedName(name: string): string {
  if (/^[A-Za-z0-9 ._-]{1,255}$/.test(name) && name.toLowerCase() !== "default") return name.toLowerCase();
  throw invalidParameter(`ReplicationSubnetGroupIdentifier '${name}' is not valid.`);
}

function checkedSubnets(world: World, ids: readonly string[]): Subnet[] {
  const subnets = ids.map((id) => {
    const subnet = world.ec2.subnets.get(id);
    if (subnet === undefined) throw new AwsFault("InvalidSubnet", `The subnet ${id} is not valid.`);
    return subnet;
  });
  if (new Set(subnets.map((subnet) => subnet.vpcId)).size > 1) {
    throw new AwsFault("InvalidSubnet", "The subnets are not all in the same VPC.");
  }
  if (new Set(subnets.map((subnet) => subnet.availabilityZone)).size < 2) {
    throw new AwsFault(
      "ReplicationSubnetGroupDoesNotCoverEnoughAZs",
      "The replication subnet group does not cover enough Availability Zones (AZs): at least two are needed.",
    );
  }
  return subnets;
}

function newGroup(name: string, description: string | undefined, subnets: readonly Subnet[]): ReplicationSubnetGroup {
  return {
    ReplicationSubnetGroupIdentifier: name,
    ReplicationSubnetGroupDescription: description,
    VpcId: subnets[0]?.vpcId,
    SubnetGroupStatus: "Complete",
    Subnets: subnets.map((subnet) => ({
      SubnetIdentifier: subnet.id,
      SubnetAvailabilityZone: { Name: subnet.availabilityZone },
      SubnetStatus: "Active",
    })),
    SupportedNetworkTypes: ["IPV4"],
  };
}
