import type { NetworkConfiguration } from "@aws-sdk/client-ecs";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import type { Subnet } from "../ec2-state.ts";
import { invalidParameter } from "./faults.ts";

/** Where a task's network interface is. */
export interface TaskNetwork {
  readonly subnets: readonly [Subnet, ...Subnet[]];
  readonly securityGroupIds: readonly string[];
}

/** The most that `awsvpcConfiguration` takes (API reference, AwsVpcConfiguration). */
const most = { subnets: 16, securityGroups: 5 };

/**
 * The network of a task of mode `awsvpc`. Throws InvalidParameterException for one that is missing, too long, does not exist, or lies in two
 * VPCs. Public addresses change nothing: what is reached here is on this machine.
 */
export function networkOf(world: World, configuration: NetworkConfiguration | undefined): TaskNetwork {
  const vpc = configuration?.awsvpcConfiguration;
  if (vpc === undefined)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  supportsOnly(vpc, "subnets", "securityGroups", "assignPublicIp");
  const { subnets: subnetIds = [], securityGroups = [] } = vpc;
  if (subnetIds.length > most.subnets || securityGroups.length > most.securityGroups)
    throw invalidParameter(`At most ${most.subnets} subnets and ${most.securityGroups} security groups are allowed.`);
  const [first, ...others] = subnetIds.map((id) => {
    const subnet = world.ec2.subnets.get(id);
    if (subnet) return subnet;
    throw invalidParameter(
      `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
    );
  });
  if (first === undefined) throw invalidParameter("subnets can not be empty.");
  const groups = securityGroups.map((id) => groupOf(world, id));
  if ([...others, ...groups].some(({ vpcId }) => vpcId !== first.vpcId))
    throw invalidParameter("Subnets and security groups must belong to the same VPC.");
  return {
    subnets: [first, ...others],
    securityGroupIds: groups.length > 0 ? groups.map(({ id }) => id) : [defaultGroupOf(world, first.vpcId)],
  };
}

function groupOf({ ec2 }: World, id: string) {
  const group = ec2.securityGroups.get(id);
  if (group) return group;
  throw invalidParameter(
    `Error retrieving security group information for [${id}]: The security group '${id}' does not exist (ErrorCode: InvalidGroup.NotFound)`,
  );
}

/** "If you don't specify a security group, the default security group for the VPC is used." */
function defaultGroupOf({ ec2 }: World, vpcId: string): string {
  return [...ec2.securityGroups.values()].find((one) => one.vpcId === vpcId && one.name === "default")?.id ?? "";
}
