import type { SecurityGroup } from "@aws-sdk/client-ec2";
import type { AwsClients } from "../aws/clients.ts";
import type { Resource, ResourceKind } from "../provision/resource.ts";
import { runOfTags, tagsOfRun } from "./tags.ts";

/** A VPC security group, found by its name (unique in a VPC, and ours holds the run's id). */
export const securityGroup: ResourceKind<SecurityGroup> = {
  kind: "ec2-security-group",
  needs: [],
  busyErrors: ["DependencyViolation", "InvalidGroup.InUse"],
  timeoutMinutes: 30,
  async find({ aws }, name) {
    const answer = await aws.ec2.describeSecurityGroups({ Filters: [{ Name: "group-name", Values: [name] }] });
    const group = answer.SecurityGroups?.[0];
    return group === undefined ? undefined : { state: group, run: runOfTags(group.Tags) };
  },
  look: (group) => ({ done: true, value: group }),
  facts: (group) => ({ id: group.GroupId ?? "" }),
  async remove({ aws }, _name, group) {
    await aws.ec2.deleteSecurityGroup({ GroupId: group.GroupId });
  },
};

/** The group that DMS and the temporary cluster are in; it admits nobody until rules are added. */
export function groupOfRun(aws: AwsClients, runId: string, name: string, vpcId: string): Resource<SecurityGroup> {
  return {
    kind: securityGroup,
    name,
    async create() {
      await aws.ec2.createSecurityGroup({
        GroupName: name,
        Description: `DMS and the temporary cluster of bedrock-chat-migrate run ${runId}`,
        VpcId: vpcId,
        TagSpecifications: [{ ResourceType: "security-group", Tags: tagsOfRun(runId) }],
      });
    },
  };
}
