import type * as sdk from "@aws-sdk/client-ec2";
import { arnOf } from "../../arn.ts";
import type { GroupReference } from "../../services/ec2/group-lookup.ts";
import type { World } from "../../world.ts";
import { permission, type Permission, type Permissions } from "../permission.ts";

const ec2Arn = (world: World, kind: string, id: string | undefined) => arnOf(world, "ec2", `${kind}/${id ?? "*"}`);

/** What describes has no resource: "Describe* API actions do not support resource-level permissions" (EC2 user guide). */
const describing = (operation: string) => () => [permission(`ec2:${operation}`, "*")];

/** A group that is told by its name is one of the default VPC. */
function groupArn(world: World, { GroupId: id, GroupName: name }: GroupReference): string {
  const named = [...world.ec2.securityGroups.values()].find(
    (group) => group.name === name && world.ec2.vpcs.get(group.vpcId)?.isDefault === true,
  );
  return ec2Arn(world, "security-group", id ?? named?.id);
}

/** Where a request gives tags, ec2:CreateTags is asked for too (EC2 user guide, "Grant permission to tag resources during creation"). */
function tagsAtCreation(
  world: World,
  operation: string,
  specifications: readonly sdk.TagSpecification[] | undefined,
): Permission[] {
  return (specifications ?? []).map(({ ResourceType: kind = "*", Tags: requestTags }) =>
    permission("ec2:CreateTags", ec2Arn(world, kind, undefined), {
      requestTags,
      keys: { "ec2:CreateAction": operation },
    }),
  );
}

function taggable(world: World, id: string): string {
  return ec2Arn(world, id.startsWith("sgr-") ? "security-group-rule" : "security-group", id);
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
export const ec2Permissions: Permissions<typeof sdk> = {
  DescribeVpcs: describing("DescribeVpcs"),
  DescribeSubnets: describing("DescribeSubnets"),
  DescribeSecurityGroups: describing("DescribeSecurityGroups"),
  DescribeSecurityGroupRules: describing("DescribeSecurityGroupRules"),
  DescribeTags: describing("DescribeTags"),
  /** On the group that is to be, whose tags these are, and on its VPC. */
  CreateSecurityGroup: ({ VpcId, TagSpecifications: specifications }, world) => [
    permission("ec2:CreateSecurityGroup", ec2Arn(world, "security-group", undefined), {
      requestTags: specifications?.flatMap(({ Tags = [] }) => Tags),
    }),
    permission("ec2:CreateSecurityGroup", ec2Arn(world, "vpc", VpcId)),
    ...tagsAtCreation(world, "CreateSecurityGroup", specifications),
  ],
  DeleteSecurityGroup: (input, world) => [permission("ec2:DeleteSecurityGroup", groupArn(world, input))],
  AuthorizeSecurityGroupIngress: (input, world) => [
    permission("ec2:AuthorizeSecurityGroupIngress", groupArn(world, input)),
    ...tagsAtCreation(world, "AuthorizeSecurityGroupIngress", input.TagSpecifications),
  ],
  RevokeSecurityGroupIngress: (input, world) => [permission("ec2:RevokeSecurityGroupIngress", groupArn(world, input))],
  CreateTags: ({ Resources = [], Tags: requestTags }, world) =>
    Resources.map((id) => permission("ec2:CreateTags", taggable(world, id), { requestTags })),
  DeleteTags: ({ Resources = [], Tags = [] }, world) =>
    Resources.map((id) =>
      permission("ec2:DeleteTags", taggable(world, id), { tagKeys: Tags.flatMap(({ Key }) => Key ?? []) }),
    ),
};
