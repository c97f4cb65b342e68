import type { SecurityGroupRule } from "@aws-sdk/client-ec2";
import type { AwsClients } from "../aws/clients.ts";
import { unlessAws } from "../aws/errors.ts";
import type { Resource, ResourceKind } from "../provision/resource.ts";
import { runOfTags, tagsOfRun } from "./tags.ts";

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
    return rule === undefined ? undefined : { state: rule, run: runOfTags(rule.Tags) };
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
export function admit(aws: AwsClients, runId: string, spec: IngressSpec): Resource<SecurityGroupRule> {
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
            UserIdGroupPairs: [{ GroupId: spec.from, Description: `bedrock-chat-migrate run ${runId}` }],
          },
        ],
        TagSpecifications: [
          {
            ResourceType: "security-group-rule",
            Tags: [...tagsOfRun(runId), { Key: nameTag, Value: spec.name }],
          },
        ],
      });
    },
  };
}
