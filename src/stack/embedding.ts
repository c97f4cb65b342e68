import type { AwsClients } from "../aws/clients.ts";
import { listStackResources } from "./deployed-resources.ts";
import { type Deployment, describeStack, missing, outputsOf, outputStarting } from "./deployment.ts";

/** Where the stack runs its embedding tasks. */
export interface EmbeddingPlace {
  /** The ECS cluster's name. */
  readonly cluster: string;
  /** The task definition's family, without a revision. */
  readonly family: string;
  /** Private subnets, which reach the internet by NAT. */
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}

/**
 * What the stack's outputs, or where they do not tell it its resources, say of its embedding tasks. Logical ids as CDK makes them from upstream's
 * construct `Embedding` (cdk/lib/constructs/embedding.ts). Throws a UsageError where the stack has no such tasks (v2 has none).
 */
export async function readEmbeddingPlace(
  aws: AwsClients,
  { stack, subnetIds }: Pick<Deployment, "stack" | "subnetIds">,
): Promise<EmbeddingPlace> {
  const outputs = outputsOf(await describeStack(aws, stack));
  const told = {
    cluster: outputStarting(outputs, "EmbeddingClusterName"),
    family: outputStarting(outputs, "EmbeddingTaskDefinitionName"),
    securityGroupId: outputStarting(outputs, "EmbeddingTaskSecurityGroupId"),
  };
  const complete = Object.values(told).every((value) => value !== undefined);
  const found = complete ? undefined : await embeddingResources(aws, stack);
  return {
    cluster: told.cluster ?? found?.cluster ?? missing(stack, "ECS cluster for embedding"),
    family: told.family ?? found?.family ?? missing(stack, "task definition for embedding"),
    securityGroupId:
      told.securityGroupId ?? found?.securityGroupId ?? missing(stack, "security group of embedding tasks"),
    subnetIds,
  };
}

async function embeddingResources(aws: AwsClients, stack: string) {
  const resources = await listStackResources(aws, stack);
  const physical = (type: string, logicalId: RegExp) =>
    resources.find((one) => one.ResourceType === type && logicalId.test(one.LogicalResourceId ?? ""))
      ?.PhysicalResourceId;
  return {
    cluster: physical("AWS::ECS::Cluster", /^EmbeddingCluster/),
    // arn:aws:ecs:<region>:<account>:task-definition/<family>:<revision>
    family: physical("AWS::ECS::TaskDefinition", /^EmbeddingTaskDefinition/)
      ?.split("/")
      .at(-1)
      ?.replace(/:\d+$/, ""),
    securityGroupId: physical("AWS::EC2::SecurityGroup", /^EmbeddingTaskSecurityGroup/),
  };
}
