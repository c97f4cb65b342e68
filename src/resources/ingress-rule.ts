import type { SecurityGroupRule } from "@aws-sdk/client-ec2";
import type { AwsClients } from "../aws/clients.ts";
import { unlessAws } from "../aws/errors.ts";
import { allPages } from "../aws/pages.ts";
import { namePrefix, type Resource, type ResourceKind, type RunOwner } from "../provision/resource.ts";
import { oursAmong, ownerOfTags, tagsOfRun } from "./tags.ts";

/** Rules have no names: ours carry theirs as a tag. */
const nameTag = "bedrock-chat-migrate:name";

/** One ingress rule of a security group, a resource of its own so that it can be added to a group that is not ours, and taken away. */
export const ingressRule: ResourceKind<SecurityGroupRule> = {
  kind: "ec2-ingress-rule",
  needs: ["ec2-security-group"],
  busyErrors: [],
  timeoutMinutes: 10,
  async find({ aws }, name) {
    const answer = await aws.ec2.describeSecurityGroupRules({ Filters: [{ Name: `tag:${nameTag}`, Values: [name] }] });
    const rule = answer.SecurityGroupRules?.[0];
    return rule === undefined ? undefined : { state: rule, ...ownerOfTags(rule.Tags) };
  },
  async names({ aws }) {
    const rules = await allPages(async (NextToken) => {
      const page = await aws.ec2.describeSecurityGroupRules({
        // Rules know no filter "tag-key"; values may have wildcards.
        Filters: [{ Name: `tag:${nameTag}`, Values: [`${namePrefix}*`] }],
        ...(NextToken !== undefined && { NextToken }),
      });
      return { items: page.SecurityGroupRules, next: page.NextToken };
    });
    return oursAmong(rules.map((rule) => rule.Tags?.find((tag) => tag.Key === nameTag)?.Value));
  },
  look: (rule) => ({ done: true, value: rule }),
  facts: (rule) => ({ id: rule.SecurityGroupRuleId ?? "", group: rule.GroupId ?? "" }),
  async remove({ aws }, _name, rule) {
    await unlessAws(["InvalidSecurityGroupRuleId.NotFound"], () =>
      aws.ec2.revokeSecurityGroupIngress({
        GroupId: rule.GroupId,
        SecurityGroupRuleIds: [rule.SecurityGroupRuleId ?? ""],
      }),
    );
  },
};

export interface IngressSpec {
  readonly name: string;
  readonly port: number;
  /** The group that gets the rule. */
  readonly into: string;
  /** The group that it admits. */
  readonly from: string;
}

/** Admits one group into another on one TCP port. */
export function admit(aws: AwsClients, run: RunOwner, spec: IngressSpec): Resource<SecurityGroupRule> {
  return {
    kind: ingressRule,
    name: spec.name,
    async create() {
      await aws.ec2.authorizeSecurityGroupIngress({
        GroupId: spec.into,
        IpPermissions: [
          {
            IpProtocol: "tcp",
            FromPort: spec.port,
            ToPort: spec.port,
            UserIdGroupPairs: [{ GroupId: spec.from, Description: `bedrock-chat-migrate run ${run.id}` }],
          },
        ],
        TagSpecifications: [
          {
            ResourceType: "security-group-rule",
            Tags: [...tagsOfRun(run), { Key: nameTag, Value: spec.name }],
          },
        ],
      });
    },
  };
}
