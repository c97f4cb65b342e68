import { randomBytes } from "node:crypto";
import type * as sdk from "@aws-sdk/client-ec2";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import type { IngressRule, SecurityGroup } from "../ec2-state.ts";
import { describeRule } from "./describe-rules.ts";
import { stopDryRun } from "./filters.ts";
import { groupOf } from "./group-lookup.ts";
import { ipPermissionsOf, type RuleSpec, rulesAsked, sameRule } from "./permissions.ts";
import { tagsFor } from "./tagging.ts";

/** The default quota of inbound rules in a group: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const mostRules = 60;

/** What adding and taking away have in common: a group, and permissions in either of their two forms. */
const permissionMembers = [
  "GroupId",
  "GroupName",
  "IpPermissions",
  "IpProtocol",
  "FromPort",
  "ToPort",
  "CidrIp",
  "DryRun",
] as const;

/** What lets traffic in. A request is done as a whole or not at all. */
export const ingressHandlers: Handlers<typeof sdk> = {
  AuthorizeSecurityGroupIngress(input, { world }) {
    supportsOnly(input, ...permissionMembers, "TagSpecifications");
    const group = groupOf(world, input);
    const asked = rulesAsked(world, group, input);
    refuseDuplicates(group, asked);
    if (group.ingress.length + asked.length > mostRules) {
      throw new AwsFault(
        "RulesPerSecurityGroupLimitExceeded",
        "The maximum number of rules per security group has been reached.",
      );
    }
    const tags = tagsFor("security-group-rule", input.TagSpecifications);
    stopDryRun(input);
    const rules: IngressRule[] = asked.map((rule) => ({
      ...rule,
      id: `sgr-${randomBytes(9).toString("hex").slice(0, 17)}`,
      tags: tags.map((tag) => ({ ...tag })),
    }));
    group.ingress.push(...rules);
    return { Return: true, SecurityGroupRules: rules.map((rule) => describeRule(world, group, rule)) };
  },

  /**
   * Permissions without a rule are an error except in the default VPC, where they are answered as `UnknownIpPermissions`: so says
   * the API reference of RevokeSecurityGroupIngress.
   */
  RevokeSecurityGroupIngress(input, { world }) {
    supportsOnly(input, ...permissionMembers, "SecurityGroupRuleIds");
    const group = groupOf(world, input);
    const ids = input.SecurityGroupRuleIds ?? [];
    const { found, unknown } = ids.length > 0 ? rulesWithIds(group, ids) : rulesLike(world, group, input);
    stopDryRun(input);
    group.ingress = group.ingress.filter((rule) => !found.includes(rule));
    const revoked = found.map((rule) => revokedRule(group, rule));
    const left = unknown.length > 0 ? { UnknownIpPermissions: ipPermissionsOf(world, unknown) } : {};
    return { Return: true, RevokedSecurityGroupRules: revoked, ...left };
  },
};

function refuseDuplicates(group: SecurityGroup, asked: readonly RuleSpec[]): void {
  for (const [index, rule] of asked.entries()) {
    if (asked.slice(0, index).some((earlier) => sameRule(earlier, rule))) {
      throw new AwsFault("InvalidParameterValue", "The same permission must not appear multiple times");
    }
    if (!group.ingress.some((present) => sameRule(present, rule))) continue;
    const { protocol, fromPort, toPort } = rule;
    const ports = protocol === "-1" ? "ALL" : `${protocol.toUpperCase()}, from port: ${fromPort}, to port: ${toPort}`;
    const text = `peer: ${rule.sourceGroupId ?? rule.cidr}, ${ports}, ALLOW`;
    throw new AwsFault("InvalidPermission.Duplicate", `the specified rule "${text}" already exists`);
  }
}

function rulesWithIds(group: SecurityGroup, ids: readonly string[]) {
  const found = ids.map((id) => {
    const rule = group.ingress.find((each) => each.id === id);
    if (rule) return rule;
    throw new AwsFault("InvalidSecurityGroupRuleId.NotFound", `The security group rule ID '${id}' does not exist`);
  });
  return { found, unknown: [] };
}

function rulesLike(world: World, group: SecurityGroup, input: sdk.RevokeSecurityGroupIngressCommandInput) {
  const asked = rulesAsked(world, group, input);
  const unknown = asked.filter((rule) => !group.ingress.some((present) => sameRule(present, rule)));
  if (unknown.length > 0 && world.ec2.vpcs.get(group.vpcId)?.isDefault !== true) {
    throw new AwsFault("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
  }
  return { found: group.ingress.filter((present) => asked.some((rule) => sameRule(present, rule))), unknown };
}

function revokedRule(group: SecurityGroup, rule: IngressRule): sdk.RevokedSecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: group.id,
    IsEgress: false,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...(rule.cidr === undefined ? {} : { CidrIpv4: rule.cidr }),
    ...(rule.sourceGroupId === undefined ? {} : { ReferencedGroupId: rule.sourceGroupId }),
    ...(rule.description === undefined ? {} : { Description: rule.description }),
  };
}
