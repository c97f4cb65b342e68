import { RDS } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { rdsService } from "../../src/local-aws/services/rds/service.ts";
import { serveSmallWorld } from "./small-world.ts";

async function serve() {
  const served = await serveSmallWorld([rdsService()]);
  return { ...served, client: new RDS(served.settings) };
}

function request(DBSubnetGroupName: string, ...SubnetIds: string[]) {
  return { DBSubnetGroupName, DBSubnetGroupDescription: "test", SubnetIds };
}

test("a subnet group is made under a name in lower case, told with its zones and tags, and deleted", async () => {
  await using served = await serve();
  const { client } = served;
  const Tags = [{ Key: "a", Value: "1" }];
  const made = await client.createDBSubnetGroup({ ...request("Mine", "subnet-0a", "subnet-0b"), Tags });
  expect(made.DBSubnetGroup).toMatchObject({
    DBSubnetGroupName: "mine",
    DBSubnetGroupDescription: "test",
    VpcId: "vpc-0a",
    Subnets: [
      { SubnetIdentifier: "subnet-0a", SubnetAvailabilityZone: { Name: "us-east-1a" } },
      { SubnetIdentifier: "subnet-0b", SubnetAvailabilityZone: { Name: "us-east-1b" } },
    ],
  });
  const { DBSubnetGroups } = await client.describeDBSubnetGroups({ DBSubnetGroupName: "MINE" });
  expect(DBSubnetGroups).toEqual([made.DBSubnetGroup]);
  const ResourceName = made.DBSubnetGroup?.DBSubnetGroupArn;
  expect((await client.listTagsForResource({ ResourceName })).TagList).toEqual(Tags);

  await client.deleteDBSubnetGroup({ DBSubnetGroupName: "mine" });
  await expect(client.deleteDBSubnetGroup({ DBSubnetGroupName: "mine" })).rejects.toMatchObject({
    name: "DBSubnetGroupNotFoundFault",
  });
});

test.each([
  ["a name that is taken", "DBSubnetGroupAlreadyExistsFault", request("taken", "subnet-0a", "subnet-0b")],
  ["the name default", "InvalidParameterValue", request("default", "subnet-0a", "subnet-0b")],
  ["a subnet that does not exist", "InvalidSubnet", request("x", "subnet-0a", "subnet-00")],
  ["subnets of two VPCs", "InvalidSubnet", request("x", "subnet-0a", "subnet-elsewhere")],
  ["one zone", "DBSubnetGroupDoesNotCoverEnoughAZs", request("x", "subnet-0a")],
])("%s is refused: %s", async (_what, name, refused) => {
  await using served = await serve();
  const { client, world } = served;
  const elsewhere = { id: "subnet-elsewhere", vpcId: "vpc-0b", availabilityZone: "us-east-1b", cidr: "172.31.0.0/20" };
  world.ec2.subnets.set(elsewhere.id, elsewhere);
  await client.createDBSubnetGroup(request("taken", "subnet-0a", "subnet-0b"));
  await expect(client.createDBSubnetGroup(refused)).rejects.toMatchObject({ name });
  expect([...world.rds.subnetGroups.keys()]).toEqual(["taken"]);
});
