import type { World } from "../../world.ts";
import { invalidCombination, invalidValue } from "./faults.ts";
import { parameterGroupNamed } from "./look-up.ts";
import type { DbCluster } from "./state.ts";
import { defaultGroupName, defaultVersion, familyOf } from "./versions.ts";

/** The security groups asked for, or the VPC's default one. Throws for groups that do not exist or are of another VPC. */
export function securityGroupsFor(world: World, vpcId: string, ids: readonly string[] | undefined): string[] {
  if (!ids?.length) {
    const groups = [...world.ec2.securityGroups.values()];
    return groups.filter((group) => group.vpcId === vpcId && group.name === "default").map(({ id }) => id);
  }
  for (const id of ids) {
    const group = world.ec2.securityGroups.get(id);
    if (!group) throw invalidValue(`Invalid security group , groupId= ${id}, groupName=.`);
    if (group.vpcId !== vpcId) {
      throw invalidCombination(
        `The DB instance and EC2 security group are in different VPCs. The DB instance is in ${vpcId} and the EC2 security group is in ${group.vpcId}`,
      );
    }
  }
  return [...ids];
}

/**
 * The engine version asked for, or the Region's default one. Throws InvalidParameterCombination when the Region does not have it
 * (any more).
 */
export function versionFor(world: World, engine: string | undefined, version: string | undefined): string {
  if (engine !== "aurora-postgresql") throw invalidValue(`Invalid DB engine: ${engine}`);
  const wanted = version ?? defaultVersion(world.rds.engineVersions);
  if (!world.rds.engineVersions.includes(wanted)) {
    throw invalidCombination(`Cannot find version ${wanted} for aurora-postgresql`);
  }
  return wanted;
}

/** The cluster parameter group asked for, or the default one of the version's family. Throws when it is of another family. */
export function parameterGroupFor(world: World, name: string | undefined, version: string): string {
  const family = familyOf(version);
  const group = parameterGroupNamed(world, name ?? defaultGroupName(family), "DBClusterParameterGroupNotFound");
  if (group.family !== family) {
    throw invalidCombination(
      `The Parameter Group ${group.name} with DBParameterGroupFamily ${group.family} can't be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${family}`,
    );
  }
  return group.name;
}

/** A Serverless v2 capacity range that RDS takes: steps of half an ACU, 0 to 256 (API reference, ServerlessV2ScalingConfiguration). */
export function capacityFor(
  given: { MinCapacity?: number | undefined; MaxCapacity?: number | undefined } | undefined,
): DbCluster["serverlessV2"] {
  if (!given) return undefined;
  const { MinCapacity = 0.5, MaxCapacity = 0 } = given;
  const isCapacity = (value: number) => Number.isInteger(value * 2) && value >= 0 && value <= 256;
  if (!isCapacity(MinCapacity) || !isCapacity(MaxCapacity) || MaxCapacity < 1) {
    throw invalidValue("Serverless v2 capacity must be in steps of 0.5 from 0 to 256 ACUs; the maximum at least 1.");
  }
  if (MinCapacity > MaxCapacity) throw invalidCombination("Serverless v2 maximum capacity is below minimum capacity.");
  return { MinCapacity, MaxCapacity };
}

/** Throws InvalidParameterValue for a master password that RDS does not take (API reference, CreateDBCluster). */
export function checkMasterPassword(password: string | undefined): string {
  if (
    !password ||
    password.length < 8 ||
    password.length > 41 ||
    !/^[!-~]+$/.test(password) ||
    /[/"@]/.test(password)
  ) {
    throw invalidValue(
      "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used, 8 to 41 of them.",
    );
  }
  return password;
}
