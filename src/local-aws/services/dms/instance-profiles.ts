import type { CreateInstanceProfileMessage, InstanceProfile } from "@aws-sdk/client-database-migration-service";
import { arnOf } from "../../arn.ts";
import type { Handlers } from "../../service.ts";
import type { World } from "../../world.ts";
import { alreadyExists, invalidParameter, invalidState, resourceNotFound } from "./faults.ts";
import { filtered, paged, type Listing } from "./listing.ts";
import { checkDescription, checkName, newResourceId } from "./names.ts";
import type { DmsSdk } from "./sdk.ts";
import { findSubnetGroup } from "./subnet-groups.ts";
import { checkTags, keepTags } from "./tags.ts";

const listing: Listing<InstanceProfile> = {
  operation: "DescribeInstanceProfiles",
  keyOf: (profile) => profile.InstanceProfileArn ?? "",
  filters: {
    "instance-profile-identifier": (profile) => [profile.InstanceProfileArn, profile.InstanceProfileName],
  },
};

/** The operations on instance profiles: in which subnets and security groups data migrations run. */
export const instanceProfileHandlers: Handlers<DmsSdk> = {
  CreateInstanceProfile(input, { world }) {
    checkTags(input.Tags);
    const profile = newProfile(world, input);
    const arn = profile.InstanceProfileArn ?? "";
    world.dms.instanceProfiles.set(arn, profile);
    keepTags(world, arn, input.Tags);
    return { InstanceProfile: profile };
  },

  DescribeInstanceProfiles(input, { world }) {
    const { items, Marker } = paged(filtered(world.dms.instanceProfiles.values(), input, listing), input, listing);
    return { InstanceProfiles: items, Marker };
  },

  DeleteInstanceProfile({ InstanceProfileIdentifier = "" }, { world }) {
    const profile = findInstanceProfile(world, InstanceProfileIdentifier);
    const arn = profile.InstanceProfileArn ?? "";
    const users = [...world.dms.migrationProjects.values()].filter((project) => project.InstanceProfileArn === arn);
    if (users.length > 0) throw invalidState(`Instance profile ${arn} is used by a migration project.`);
    world.dms.instanceProfiles.delete(arn);
    world.dms.tags.delete(arn);
    return { InstanceProfile: profile };
  },
};

/** The profile of this name or ARN. */
export function findInstanceProfile(world: World, nameOrArn: string): InstanceProfile {
  const profile = [...world.dms.instanceProfiles.values()].find(
    ({ InstanceProfileArn, InstanceProfileName }) =>
      InstanceProfileArn === nameOrArn || InstanceProfileName === nameOrArn,
  );
  if (profile === undefined) throw resourceNotFound(`Instance profile ${nameOrArn} was not found.`);
  return profile;
}

function newProfile(world: World, input: CreateInstanceProfileMessage): InstanceProfile {
  const id = newResourceId();
  const name = input.InstanceProfileName ?? `instance-profile-${id.toLowerCase()}`;
  checkName("InstanceProfileName", name);
  checkDescription(input.Description);
  if ([...world.dms.instanceProfiles.values()].some((profile) => profile.InstanceProfileName === name)) {
    throw alreadyExists(`Instance profile ${name} already exists.`);
  }
  const networkType = input.NetworkType ?? "IPV4";
  if (!/^(IPV4|IPV6|DUAL)$/i.test(networkType)) throw invalidParameter(`NetworkType '${networkType}' is not valid.`);
  return {
    InstanceProfileArn: arnOf(world, "dms", `instance-profile:${id}`),
    AvailabilityZone: input.AvailabilityZone,
    KmsKeyArn: input.KmsKeyArn ?? arnOf(world, "kms", "key/00000000-0000-0000-0000-000000000000"),
    // "The default value is true" (API reference).
    PubliclyAccessible: input.PubliclyAccessible ?? true,
    NetworkType: networkType,
    InstanceProfileName: name,
    Description: input.Description,
    InstanceProfileCreationTime: new Date(),
    SubnetGroupIdentifier: checkedSubnetGroup(world, input),
    VpcSecurityGroups: input.VpcSecurityGroups ?? [],
  };
}

function checkedSubnetGroup(world: World, input: CreateInstanceProfileMessage): string | undefined {
  const groupName = input.SubnetGroupIdentifier;
  const group = groupName === undefined ? undefined : findSubnetGroup(world, groupName);
  for (const id of input.VpcSecurityGroups ?? []) {
    const securityGroup = world.ec2.securityGroups.get(id);
    if (securityGroup === undefined) throw resourceNotFound(`The security group '${id}' does not exist.`);
    if (group !== undefined && securityGroup.vpcId !== group.VpcId) {
      throw invalidParameter(`The security group '${id}' is not in the VPC of the subnet group.`);
    }
  }
  return group?.ReplicationSubnetGroupIdentifier;
}
