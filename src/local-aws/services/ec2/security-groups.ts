import { randomBytes } from "node:crypto";
import type * as sdk from "@aws-sdk/client-ec2";
import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import type { SecurityGroup, Vpc } from "../ec2-state.ts";
import { ec2Page, filtered, type FilterTexts, stopDryRun, tagTexts } from "./filters.ts";
import { groupOf, groupWithId, groupWithName } from "./group-lookup.ts";
import { ipPermissionsOf } from "./permissions.ts";
import { tagsFor } from "./tagging.ts";

/** Security groups as a whole. */
export const securityGroupHandlers: Handlers<typeof sdk> = {
  CreateSecurityGroup(input, { world }) {
    supportsOnly(input, "GroupName", "Description", "VpcId", "TagSpecifications", "DryRun");
    const { GroupName: name = "", Description: description = "" } = input;
    checkText("groupName", name);
    checkText("GroupDescription", description);
    if (name.startsWith("sg-")) throw invalid("Group names may not be in the format sg-*");
    const vpc = vpcFor(world, input.VpcId);
    if ([...world.ec2.securityGroups.values()].some((group) => group.name === name && group.vpcId === vpc.id)) {
      throw new AwsFault("InvalidGroup.Duplicate", `The security group '${name}' already exists for VPC '${vpc.id}'`);
    }
    const tags = tagsFor("security-group", input.TagSpecifications);
    stopDryRun(input);
    const id = `sg-${randomBytes(9).toString("hex").slice(0, 17)}`;
    const group: SecurityGroup = { id, name, description, vpcId: vpc.id, tags, ingress: [] };
    world.ec2.securityGroups.set(id, group);
    return { GroupId: id, SecurityGroupArn: arnOf(world, "ec2", `security-group/${id}`), Tags: [...tags] };
  },

  DescribeSecurityGroups(input, { world }) {
    supportsOnly(input, "GroupIds", "GroupNames", "Filters", "MaxResults", "NextToken");
    const named = [
      ...(input.GroupIds ?? []).map((id) => groupWithId(world, id)),
      ...(input.GroupNames ?? []).map((name) => groupWithName(world, name)),
    ];
    const groups = named.length > 0 ? named : [...world.ec2.securityGroups.values()];
    const found = filtered(groups, input.Filters, {
      names: filterNames,
      textsOf: (group) => ({ ...textsOf(group), "owner-id": [world.accountId] }),
    });
    const rules = { keyOf: (group: SecurityGroup) => group.id, ids: input.GroupIds };
    const { page, token } = ec2Page(found, "DescribeSecurityGroups", input, rules);
    return { SecurityGroups: page.map((group) => describe(world, group)), ...token };
  },

  /** Refused while it is in use: by another group's rule, by a cluster, by a DMS instance profile. */
  DeleteSecurityGroup(input, { world }) {
    const group = groupOf(world, input);
    if (group.name === "default") {
      throw new AwsFault(
        "CannotDelete",
        `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
      );
    }
    if (isUsed(world, group.id))
      throw new AwsFault("DependencyViolation", `resource ${group.id} has a dependent object`);
    stopDryRun(input);
    world.ec2.securityGroups.delete(group.id);
    return { Return: true, GroupId: group.id };
  },
};

function isUsed(world: World, id: string): boolean {
  const others = [...world.ec2.securityGroups.values()].filter((group) => group.id !== id);
  const clusters = [...world.rds.clusters.values()];
  const profiles = [...world.dms.instanceProfiles.values()];
  return (
    others.some((group) => group.ingress.some((rule) => rule.sourceGroupId === id)) ||
    clusters.some((cluster) => cluster.securityGroupIds.includes(id)) ||
    profiles.some((profile) => profile.VpcSecurityGroups?.includes(id) ?? false)
  );
}

const filterNames = [
  "group-id",
  "group-name",
  "description",
  "vpc-id",
  "owner-id",
  "tag",
  "tag-key",
  "ip-permission.group-id",
  "ip-permission.cidr",
  "ip-permission.protocol",
  "ip-permission.from-port",
  "ip-permission.to-port",
];

function textsOf(group: SecurityGroup): FilterTexts {
  return {
    ...tagTexts(group.tags),
    "group-id": [group.id],
    "group-name": [group.name],
    description: [group.description],
    "vpc-id": [group.vpcId],
    "ip-permission.group-id": group.ingress.flatMap((rule) => rule.sourceGroupId ?? []),
    "ip-permission.cidr": group.ingress.flatMap((rule) => rule.cidr ?? []),
    "ip-permission.protocol": group.ingress.map((rule) => rule.protocol),
    "ip-permission.from-port": group.ingress.map((rule) => String(rule.fromPort)),
    "ip-permission.to-port": group.ingress.map((rule) => String(rule.toPort)),
  };
}

/** Every group lets everything out, as AWS makes it; nothing here changes that. */
function describe(world: World, group: SecurityGroup): sdk.SecurityGroup {
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: world.accountId,
    SecurityGroupArn: arnOf(world, "ec2", `security-group/${group.id}`),
    Tags: [...group.tags],
    IpPermissions: ipPermissionsOf(world, group.ingress),
    IpPermissionsEgress: [
      {
        IpProtocol: "-1",
        IpRanges: [{ CidrIp: "0.0.0.0/0" }],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ],
  };
}

function vpcFor(world: World, id: string | undefined): Vpc {
  const vpc = id === undefined ? [...world.ec2.vpcs.values()].find((each) => each.isDefault) : world.ec2.vpcs.get(id);
  if (vpc) return vpc;
  if (id === undefined) throw new AwsFault("VPCIdNotSpecified", "No default VPC for this user");
  throw new AwsFault("InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`);
}

/** Names and descriptions: at most 255 of a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$* */
function checkText(parameter: string, text: string): void {
  if (/^[\w .\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(text)) return;
  throw invalid(
    `Value (${text}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`,
  );
}

function invalid(message: string): AwsFault {
  return new AwsFault("InvalidParameterValue", message);
}
