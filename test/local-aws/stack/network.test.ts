import { expect, test } from "vitest";
import { ec2Service } from "../../../src/local-aws/services/ec2.ts";
import { stackNames } from "../../../src/local-aws/stack/names.ts";
import { makeNetwork } from "../../../src/local-aws/stack/network.ts";
import { serveSmallWorld } from "../small-world.ts";

test("the stack's VPC has a default group that admits itself and cannot be deleted", async () => {
  await using served = await serveSmallWorld([ec2Service()]);
  const { ec2, world } = served;
  const names = stackNames(1);
  makeNetwork(world, names);
  const { SecurityGroups = [] } = await ec2.describeSecurityGroups({
    Filters: [
      { Name: "vpc-id", Values: [names.vpcId] },
      { Name: "group-name", Values: ["default"] },
    ],
  });
  const [group] = SecurityGroups;
  expect(SecurityGroups).toHaveLength(1);
  expect(group).toMatchObject({
    Description: "default VPC security group",
    IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: group?.GroupId }] }],
  });
  await expect(ec2.deleteSecurityGroup({ GroupId: group?.GroupId })).rejects.toMatchObject({ name: "CannotDelete" });
});
