import type { SecurityGroup } from "@aws-sdk/client-ec2";
import type { AwsClients } from "../aws/clients.ts";
import { allPages } from "../aws/pages.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { oursAmong, ownerOfTags, tagsOfRun } from "./tags.ts";

/** A VPC security group, found by its name (unique in a VPC, and ours holds the run's id). */
export const securityGroup: ResourceKind<SecurityGroup> = {
  kind: "ec2-security-group",
  needs: [],
  busyErrors: ["DependencyViolation", "InvalidGroup.InUse"],
  timeoutMinutes: 30,
  async find({ aws }, name) {
    const answer = await aws.ec2.describeSecurityGroups({ Filters: [{ Name: "group-name", Values: [name] }] });
    const group = answer.SecurityGroups?.[0];
    return group === undefined ? undefined : { state: group, ...ownerOfTags(group.Tags) };
  },
  async names({ aws }) {
    const all = await allPages(async (NextToken) => {
      const page = await aws.ec2.describeSecurityGroups({ ...(NextToken !== undefined && { NextToken }) });
      return { items: page.SecurityGroups, next: page.NextToken };
    });
    return oursAmong(all.map((one) => one.GroupName));
  },
  look: (group) => ({ done: true, value: group }),
  facts: (group) => ({ id: group.GroupId ?? "" }),
  async remove({ aws }, _name, group) {
    await aws.ec2.deleteSecurityGroup({ GroupId: group.GroupId });
  },
};

/** The group that DMS and the temporary cluster are in; it admits nobody until rules are added. */
export function groupOfRun(aws: AwsClients, run: RunOwner, name: string, vpcId: string): Resource<SecurityGroup> {
  return {
    kind: securityGroup,
    name,
    async create() {
      await aws.ec2.createSecurityGroup({
        GroupName: name,
        Description: `DMS and the temporary cluster of bedrock-chat-migrate run ${run.id}`,
        VpcId: vpcId,
        TagSpecifications: [{ ResourceType: "security-group", Tags: tagsOfRun(run) }],
      });
    },
  };
}
