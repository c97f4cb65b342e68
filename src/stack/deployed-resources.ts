import type { StackResourceSummary } from "@aws-sdk/client-cloudformation";
import type { AwsClients } from "../aws/clients.ts";
import { allPages } from "../aws/pages.ts";

/** Every resource that the stack has now, page by page: Bedrock Chat's has more than one answer holds. */
export async function listStackResources(aws: AwsClients, stack: string): Promise<StackResourceSummary[]> {
  const resources = await allPages(async (NextToken) => {
    const page = await aws.cloudformation.listStackResources({
      StackName: stack,
      ...(NextToken !== undefined && { NextToken }),
    });
    return { items: page.StackResourceSummaries, next: page.NextToken };
  });
  // What a deploy could not remove stays in the list under a status of its own; what it did remove, for a while.
  return resources.filter((one) => one.ResourceStatus !== "DELETE_COMPLETE");
}

/** What a stack's resources tell of the deployment; undefined what they do not have. */
export interface DeployedResources {
  readonly vpcId: string | undefined;
  readonly subnetIds: readonly string[];
  readonly conversationTable: string | undefined;
  readonly secretArn: string | undefined;
  readonly clusterIdentifier: string | undefined;
}

/**
 * Finds in a stack's resources what v0 before 0.4.5 has no outputs for. Logical ids as CDK makes them from upstream's constructs
 * `VectorStore`, `Database` and `VPC` (cdk/lib, tag v0.4.3). Pure.
 */
export function readResources(resources: readonly StackResourceSummary[]): DeployedResources {
  const named = (type: string, logicalId: RegExp) =>
    resources
      .filter((one) => one.ResourceType === type && logicalId.test(one.LogicalResourceId ?? ""))
      .toSorted((a, b) => ((a.LogicalResourceId ?? "") < (b.LogicalResourceId ?? "") ? -1 : 1))
      .map((one) => one.PhysicalResourceId ?? "");
  return {
    vpcId: named("AWS::EC2::VPC", /^/)[0],
    subnetIds: named("AWS::EC2::Subnet", /PrivateSubnet/),
    conversationTable: named("AWS::DynamoDB::Table", /^DatabaseConversationTable/)[0],
    // The attachment is the secret with the cluster's address in it; its physical id is the secret's ARN.
    secretArn:
      named("AWS::SecretsManager::SecretTargetAttachment", /^VectorStore/)[0] ??
      named("AWS::SecretsManager::Secret", /^VectorStore/)[0],
    clusterIdentifier: named("AWS::RDS::DBCluster", /^VectorStore/)[0],
  };
}
