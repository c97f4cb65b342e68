import { expect, test } from "vitest";
import { readResources } from "../../src/stack/deployed-resources.ts";

test("what v0 before 0.4.5 has no outputs for is found by the logical ids that CDK makes", () => {
  const rows: [logicalId: string, physicalId: string, type: string][] = [
    ["DatabaseWebsocketSessionTable1B2C", "sessions", "AWS::DynamoDB::Table"],
    ["DatabaseConversationTable4E5F", "conversations", "AWS::DynamoDB::Table"],
    ["VPCPrivateSubnet2Subnet3788AAA1", "subnet-2", "AWS::EC2::Subnet"],
    ["VPCPublicSubnet1SubnetB4246D30", "subnet-public", "AWS::EC2::Subnet"],
    ["VPCPrivateSubnet1Subnet8BCA10E0", "subnet-1", "AWS::EC2::Subnet"],
    ["VPCB9E5F0B4", "vpc-1", "AWS::EC2::VPC"],
    ["AuthIdpSecret0A", "arn:idp", "AWS::SecretsManager::Secret"],
    ["VectorStoreClusterSecretAttachment9C", "arn:login", "AWS::SecretsManager::SecretTargetAttachment"],
    ["VectorStoreCluster3CC2", "bedrockchatstack-old", "AWS::RDS::DBCluster"],
  ];
  const resources = rows.map(([LogicalResourceId, PhysicalResourceId, ResourceType]) => ({
    LogicalResourceId,
    PhysicalResourceId,
    ResourceType,
    ResourceStatus: "CREATE_COMPLETE" as const,
    LastUpdatedTimestamp: new Date(0),
  }));
  expect(readResources(resources)).toEqual({
    vpcId: "vpc-1",
    subnetIds: ["subnet-1", "subnet-2"],
    conversationTable: "conversations",
    secretArn: "arn:login",
    clusterIdentifier: "bedrockchatstack-old",
  });
  expect(readResources([])).toMatchObject({ secretArn: undefined, clusterIdentifier: undefined, subnetIds: [] });
});
