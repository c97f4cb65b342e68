import { AwsFault } from "../../fault.ts";
import type { World } from "../../world.ts";
import type { SecurityGroup } from "../ec2-state.ts";

/** How an input names a security group. A name alone is looked for in the default VPC, and nowhere else. */
export interface GroupReference {
  readonly GroupId?: string | undefined;
  readonly GroupName?: string | undefined;
}

/** The group of this id. Throws InvalidGroupId.Malformed or InvalidGroup.NotFound. */
export function groupWithId(world: World, id: string): SecurityGroup {
  if (!/^sg-[0-9a-f]+$/.test(id))
    throw new AwsFault("InvalidGroupId.Malformed", `Invalid id: "${id}" (expecting "sg-...")`);
  const group = world.ec2.securityGroups.get(id);
  if (!group) throw new AwsFault("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
  return group;
}

/** The group of this name in the default VPC. Throws InvalidGroup.NotFound. */
export function groupWithName(world: World, name: string): SecurityGroup {
  const group = [...world.ec2.securityGroups.values()].find(
    (each) => each.name === name && world.ec2.vpcs.get(each.vpcId)?.isDefault === true,
  );
  if (!group) throw new AwsFault("InvalidGroup.NotFound", `The security group '${name}' does not exist in default VPC`);
  return group;
}

/** The group that an input names. Throws MissingParameter where it names none. */
export function groupOf(world: World, { GroupId: id, GroupName: name }: GroupReference): SecurityGroup {
  if (id !== undefined) return groupWithId(world, id);
  if (name !== undefined) return groupWithName(world, name);
  throw new AwsFault("MissingParameter", "The request must contain the parameter groupName or groupId");
}
