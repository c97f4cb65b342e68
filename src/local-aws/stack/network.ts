import { randomBytes } from "node:crypto";
import type { IngressRule, SecurityGroup } from "../services/ec2-state.ts";
import type { World } from "../world.ts";
import { stackName, type StackNames } from "./names.ts";

/** The two Availability Zones that the stack's subnets are in. */
export function zonesOf({ region }: Pick<World, "region">): readonly [string, string] {
  return [`${region}a`, `${region}b`];
}

/** Makes the VPC: its default group, two public and two private subnets in two zones, the groups of the tasks and the API. */
export function makeNetwork(world: World, names: StackNames): void {
  const { ec2 } = world;
  ec2.vpcs.set(names.vpcId, { id: names.vpcId, cidr: "10.0.0.0/16" });
  [...names.publicSubnetIds, ...names.privateSubnetIds].forEach((id, index) => {
    const availabilityZone = zonesOf(world)[index % 2] ?? "";
    ec2.subnets.set(id, { id, vpcId: names.vpcId, availabilityZone, cidr: `10.0.${String(index)}.0/24` });
  });
  makeDefaultGroup(world, names);
  makeGroup(world, names, { id: names.taskSecurityGroupId, name: "EmbeddingTaskSecurityGroup", description: "tasks" });
  makeGroup(world, names, { id: names.apiSecurityGroupId, name: "BackendApiHandlerSecurityGroup", description: "api" });
}

/** The group that EC2 makes with every VPC: it admits itself (VPC user guide, default-security-group). */
function makeDefaultGroup({ ec2 }: World, { defaultSecurityGroupId: id, vpcId }: StackNames): void {
  const ingress = [
    {
      id: ruleId(),
      protocol: "-1",
      fromPort: -1,
      toPort: -1,
      sourceGroupId: id,
      cidr: undefined,
      description: undefined,
      tags: [],
    },
  ];
  ec2.securityGroups.set(id, {
    id,
    name: "default",
    description: "default VPC security group",
    vpcId,
    tags: [],
    ingress,
  });
}

/** Makes the database's group, which admits nobody until `admitOwnGroups`. v1's differs from v0's by its description. */
export function makeDatabaseGroup(world: World, names: StackNames, version: "v0" | "v1"): SecurityGroup {
  return makeGroup(world, names, {
    id: names.databaseSecurityGroupIds[version],
    name: `${names.logical.databaseSecurityGroup}-${version}`,
    // A group's description can't be changed: CloudFormation replaces the group instead.
    description: version === "v0" ? "RDS security group" : `${stackName} vector store security group`,
  });
}

/** Lets the stack's own Lambdas and tasks in on the port, and nobody else. */
export function admitOwnGroups(group: SecurityGroup, names: StackNames, port: number): void {
  group.ingress = [names.taskSecurityGroupId, names.apiSecurityGroupId].map((sourceGroupId): IngressRule => ({
    id: ruleId(),
    protocol: "tcp",
    fromPort: port,
    toPort: port,
    sourceGroupId,
    cidr: undefined,
    description: `from ${sourceGroupId}:${String(port)}`,
    tags: [],
  }));
}

function ruleId(): string {
  return `sgr-0${randomBytes(8).toString("hex")}`;
}

function makeGroup(
  world: World,
  names: StackNames,
  { id, name, description }: Pick<SecurityGroup, "id" | "name" | "description">,
): SecurityGroup {
  const tags = [{ Key: "aws:cloudformation:stack-name", Value: stackName }];
  const group = { id, name: `${stackName}-${name}`, description, vpcId: names.vpcId, tags, ingress: [] };
  world.ec2.securityGroups.set(id, group);
  return group;
}
