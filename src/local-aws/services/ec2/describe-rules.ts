import { createHash } from "node:crypto";
import type * as sdk from "@aws-sdk/client-ec2";
import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import type { IngressRule, SecurityGroup } from "../ec2-state.ts";
import { ec2Page, filtered, tagTexts } from "./filters.ts";

/** Rules one by one, inbound and outbound. */
export const describeRuleHandlers: Handlers<typeof sdk> = {
  DescribeSecurityGroupRules(input, { world }) {
    supportsOnly(input, "SecurityGroupRuleIds", "Filters", "MaxResults", "NextToken");
    const all = [...world.ec2.securityGroups.values()].flatMap((group) => [
      ...group.ingress.map((rule) => describeRule(world, group, rule)),
      egressRule(world, group),
    ]);
    const ids = input.SecurityGroupRuleIds;
    const asked = ids?.length ? ids.map((id) => ruleWithId(all, id)) : all;
    const found = filtered(asked, input.Filters, {
      names: ["group-id", "security-group-rule-id", "tag"],
      textsOf: (rule) => ({
        ...tagTexts(rule.Tags ?? []),
        "group-id": [rule.GroupId ?? ""],
        "security-group-rule-id": [rule.SecurityGroupRuleId ?? ""],
      }),
    });
    const rules = { keyOf: (rule: sdk.SecurityGroupRule) => rule.SecurityGroupRuleId ?? "", ids };
    const { page, token } = ec2Page(found, "DescribeSecurityGroupRules", input, rules);
    return { SecurityGroupRules: page, ...token };
  },
};

/** An inbound rule as EC2 tells it. */
export function describeRule(world: World, group: SecurityGroup, rule: IngressRule): sdk.SecurityGroupRule {
  const source =
    rule.sourceGroupId === undefined
      ? { CidrIpv4: rule.cidr }
      : { ReferencedGroupInfo: { GroupId: rule.sourceGroupId, UserId: world.accountId } };
  return {
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: arnOf(world, "ec2", `security-group-rule/${rule.id}`),
    GroupId: group.id,
    GroupOwnerId: world.accountId,
    IsEgress: false,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    Tags: [...rule.tags],
    ...source,
    ...(rule.description === undefined ? {} : { Description: rule.description }),
  };
}

/** The one outbound rule that every group is born with. It has no record, so its id is made of the group's. */
function egressRule(world: World, group: SecurityGroup): sdk.SecurityGroupRule {
  const id = `sgr-${createHash("sha256").update(group.id).digest("hex").slice(0, 17)}`;
  return {
    SecurityGroupRuleId: id,
    SecurityGroupRuleArn: arnOf(world, "ec2", `security-group-rule/${id}`),
    GroupId: group.id,
    GroupOwnerId: world.accountId,
    IsEgress: true,
    IpProtocol: "-1",
    FromPort: -1,
    ToPort: -1,
    CidrIpv4: "0.0.0.0/0",
    Tags: [],
  };
}

function ruleWithId(all: readonly sdk.SecurityGroupRule[], id: string): sdk.SecurityGroupRule {
  const rule = all.find((each) => each.SecurityGroupRuleId === id);
  if (rule) return rule;
  throw new AwsFault("InvalidSecurityGroupRuleId.NotFound", `The security group rule ID '${id}' does not exist`);
}
