import type { DBCluster } from "@aws-sdk/client-rds";
import type { Stack } from "@aws-sdk/client-cloudformation";
import type { AwsClients } from "../aws/clients.ts";
import { allClusters } from "../aws/db-clusters.ts";
import { allPages } from "../aws/pages.ts";
import { type Database, databaseOf } from "../database/session.ts";
import { ExpectedError, UsageError } from "../errors.ts";
import { listStackResources, readResources } from "./deployed-resources.ts";

/** Bedrock Chat as it is deployed now: what the stack's outputs (before 0.4.5: its resources) tell, and the cluster that they name. */
export interface Deployment {
  readonly stack: string;
  readonly stackStatus: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly conversationTable: string | undefined;
  readonly database: Database;
  readonly cluster: DBCluster;
}

/** Reads the stack and finds its cluster. Throws a UsageError for an unknown stack or one that is not Bedrock Chat's. */
export async function readDeployment(aws: AwsClients, stackName: string): Promise<Deployment> {
  const stack = await describeStack(aws, stackName);
  const outputs = outputsOf(stack);
  if (outputStarting(outputs, "DbConfigHostname") === undefined)
    return deploymentByResources(aws, stackName, stack.StackStatus ?? "unknown");
  const required = (key: string) => outputStarting(outputs, key) ?? missing(stackName, `output ${key}`);
  const host = required("DbConfigHostname");
  const port = Number(required("DbConfigPort"));
  const secretArn = required("DbConfigSecretArn");
  const cluster = await clusterAt(aws, host, port);
  return {
    stack: stackName,
    stackStatus: stack.StackStatus ?? "unknown",
    vpcId: required("VpcId"),
    // A VPC in one zone has one; start-dms-migration then asks for another.
    subnetIds: [required("PrivateSubnetId0"), outputStarting(outputs, "PrivateSubnetId1") ?? ""].filter(Boolean),
    conversationTable:
      outputStarting(outputs, "ConversationTableName") ?? outputStarting(outputs, "DatabaseConversationTableName"),
    database: databaseOf(cluster, { label: "the new cluster", side: "target", secretArn }),
    cluster,
  };
}

/** v0 before 0.4.5 tells nothing of its database in outputs. */
async function deploymentByResources(aws: AwsClients, stack: string, stackStatus: string): Promise<Deployment> {
  const found = readResources(await listStackResources(aws, stack));
  const identifier = found.clusterIdentifier ?? missing(stack, "output DbConfigHostname, and no database cluster");
  const secretArn = found.secretArn ?? missing(stack, "secret of its database cluster");
  const cluster = (await allClusters(aws)).find((one) => one.DBClusterIdentifier === identifier);
  if (cluster?.Endpoint === undefined || cluster.Port === undefined) throw noCluster(identifier);
  return {
    stack,
    stackStatus,
    vpcId: found.vpcId ?? missing(stack, "VPC"),
    subnetIds: found.subnetIds.slice(0, 2),
    conversationTable: found.conversationTable,
    database: databaseOf(cluster, { label: "the cluster", side: "target", secretArn }),
    cluster,
  };
}

/** The table of bots, for who cannot do without it. Throws a UsageError where no output names it. */
export function requireConversationTable({ stack, conversationTable }: Deployment): string {
  return conversationTable ?? missing(stack, "output ConversationTableName");
}

/** A stack's outputs by their keys. */
export function outputsOf(stack: Stack): ReadonlyMap<string, string> {
  return new Map((stack.Outputs ?? []).map((output) => [output.OutputKey ?? "", output.OutputValue ?? ""]));
}

/** CDK adds a hash to most output keys: the first key that begins so is meant. */
export function outputStarting(outputs: ReadonlyMap<string, string>, start: string): string | undefined {
  return outputs.get(start) ?? [...outputs].find(([key]) => key.startsWith(start))?.[1];
}

/** Throws the UsageError for a stack that lacks what Bedrock Chat's have. */
export function missing(stack: string, what: string): never {
  throw new UsageError(
    `Stack ${stack} has no ${what}: it is not a Bedrock Chat stack of v0 or v1.`,
    "Name the right stack with --stack.",
  );
}

/** The stack as CloudFormation describes it. Throws a UsageError that names those there are, where there is none of that name. */
export async function describeStack(aws: AwsClients, name: string): Promise<Stack> {
  try {
    const answer = await aws.cloudformation.describeStacks({ StackName: name });
    const stack = answer.Stacks?.[0];
    if (stack !== undefined) return stack;
  } catch (error) {
    // CloudFormation has no error class for it: ValidationError, told apart from others by looking at what there is.
    if (!(error instanceof Error && error.name === "ValidationError")) throw error;
  }
  const names = await bedrockChatStacks(aws);
  throw new UsageError(
    `There is no CloudFormation stack ${name} in this account and Region.`,
    names.length > 0
      ? `Pass --stack with one of: ${names.join(", ")}.`
      : "Pass --stack with the name of the Bedrock Chat stack, and check --region and --profile: no stack here looks like Bedrock Chat.",
  );
}

async function bedrockChatStacks(aws: AwsClients): Promise<string[]> {
  const stacks = await allPages(async (NextToken) => {
    const page = await aws.cloudformation.describeStacks(NextToken === undefined ? {} : { NextToken });
    return { items: page.Stacks, next: page.NextToken };
  });
  const isBedrockChat = (stack: Stack) =>
    // The bucket is an output in every version, the database in those since 0.4.5.
    stack.Outputs?.some((output) => /^(DbConfigSecretArn|DocumentBucketName)/.test(output.OutputKey ?? ""));
  return stacks.filter(isBedrockChat).map((stack) => stack.StackName ?? "");
}

async function clusterAt(aws: AwsClients, host: string, port: number): Promise<DBCluster> {
  const cluster = (await allClusters(aws)).find((one) => one.Endpoint === host && one.Port === port);
  if (cluster !== undefined) return cluster;
  throw noCluster(`${host}:${port}`);
}

function noCluster(named: string): ExpectedError {
  return new ExpectedError(
    `The stack names the database ${named}, but there is no such cluster.`,
    "Was the cluster deleted or renamed by hand? The stack must be whole before data can be moved into it.",
  );
}
