import type { DBCluster } from "@aws-sdk/client-rds";
import { awsErrorName } from "../aws/errors.ts";
import { standardSupportEnd } from "../aws/engine-support.ts";
import type { WorksOn } from "../command-for.ts";
import type { Context } from "../context.ts";
import { explainError } from "../explain-error.ts";
import { allEnded } from "../settled.ts";
import { type Bot, listBots } from "../stack/bots.ts";
import { listStackResources } from "../stack/deployed-resources.ts";
import { type Deployment, requireConversationTable } from "../stack/deployment.ts";
import { nextFiring } from "../stack/next-firing.ts";
import { clusterSchedules } from "../stack/schedules.ts";
import { type Baseline, readBaseline } from "./baseline.ts";
import type { PreparationFacts, PreparedCluster } from "./judge-preparation.ts";
import { availableVersions } from "./plan-restore.ts";
import type { Known } from "./preparation-check.ts";
import { type NeededStatement, simulatePermissions } from "./simulate-permissions.ts";

export interface PreparationWish {
  /** The operator's policy, statement by statement. */
  readonly statements: readonly NeededStatement[];
  readonly baseline: boolean;
  /** Whether the baseline is to hold digests, which takes reading every row once. */
  readonly digests: boolean;
  /** Whether IAM is asked what the caller may do. */
  readonly permissions: boolean;
  /** Engine version that v1's template names. */
  readonly templateVersion: string;
}

/** Looks at all that `prepare` judges, and changes nothing. What cannot be looked at is told as unknown; only Ctrl-C and the stack's absence throw. */
export async function gatherPreparation(
  deployment: Deployment,
  wish: PreparationWish,
  context: Context,
): Promise<{ readonly facts: PreparationFacts; readonly baseline: Known<Baseline> | "skipped" }> {
  const { aws, clock } = context;
  const { cluster, stack, stackStatus } = deployment;
  const scope = { ...context, stack };
  const identifier = cluster.DBClusterIdentifier ?? "";
  const engineVersion = cluster.EngineVersion ?? "";
  const now = new Date(clock.now());
  const database = { ...deployment.database, label: "the old cluster" };
  const resources = await listStackResources(aws, stack);
  const own = resources.filter((one) => one.ResourceType === "AWS::RDS::DBInstance");
  const [bots, versions, supportEnd, schedules, permissions, baseline] = await allEnded([
    known(async () => listBots(aws, requireConversationTable(deployment)), scope),
    known(async () => [...(await availableVersions(context)).keys()], scope),
    known(() => standardSupportEnd(aws, engineVersion), scope),
    known(() => clusterSchedules(aws, resources), scope),
    wish.permissions ? simulatePermissions(wish.statements, context) : Promise.resolve("skipped" as const),
    wish.baseline
      ? known(
          () => readBaseline({ database, cluster: identifier, engineVersion, digests: wish.digests }, context),
          scope,
        )
      : Promise.resolve("skipped" as const),
  ]);
  const facts: PreparationFacts = {
    stack,
    stackStatus,
    now,
    templateVersion: wish.templateVersion,
    cluster: factsOf(
      cluster,
      own.map((one) => one.PhysicalResourceId ?? ""),
    ),
    publishedApis: await publishedApis(bots, scope),
    syncing: mapped(bots, (all) =>
      all
        .filter((bot) => ["QUEUED", "RUNNING"].includes(bot.syncStatus))
        .map(({ title, id, syncStatus }) => ({ title, id, status: syncStatus })),
    ),
    versions,
    supportEnd,
    schedules: mapped(schedules, (all) =>
      all.map((one) => ({ ...one, next: nextFiring(one.expression, one.timezone, now) })),
    ),
    permissions,
    baseline:
      baseline === "skipped"
        ? baseline
        : mapped(baseline, ({ rows, bots: counted }) => ({ rows: rows ?? 0, bots: counted.length })),
  };
  return { facts, baseline };
}

function factsOf(cluster: DBCluster, stackInstances: readonly string[]): PreparedCluster {
  return {
    identifier: cluster.DBClusterIdentifier ?? "",
    arn: cluster.DBClusterArn ?? "",
    status: cluster.Status ?? "unknown",
    engineVersion: cluster.EngineVersion ?? "",
    dataApi: cluster.HttpEndpointEnabled === true,
    deletionProtection: cluster.DeletionProtection === true,
    backupRetentionDays: cluster.BackupRetentionPeriod ?? 0,
    instances: (cluster.DBClusterMembers ?? []).map((one) => one.DBInstanceIdentifier ?? ""),
    stackInstances,
    replicas: [
      ...(cluster.ReadReplicaIdentifiers ?? []),
      ...(cluster.GlobalClusterIdentifier === undefined ? [] : [`global cluster ${cluster.GlobalClusterIdentifier}`]),
    ],
  };
}

/** Published APIs by the bots' records, as far as their stacks exist: one whose stack was deleted by hand is still in the record. */
async function publishedApis(
  bots: Known<readonly Bot[]>,
  context: Context & WorksOn,
): Promise<PreparationFacts["publishedApis"]> {
  if ("unknown" in bots) return bots;
  return known(async () => {
    const published = bots.value.flatMap(({ title, apiStack }) =>
      apiStack === undefined ? [] : [{ title, stack: apiStack }],
    );
    const there = await Promise.all(
      published.map(async (one) => ((await stackExists(one.stack, context)) ? [one] : [])),
    );
    return there.flat();
  }, context);
}

async function stackExists(name: string, { aws }: Context): Promise<boolean> {
  try {
    const { Stacks: stacks = [] } = await aws.cloudformation.describeStacks({ StackName: name });
    return stacks.some((one) => one.StackStatus !== "DELETE_COMPLETE");
  } catch (error) {
    // CloudFormation has no code of its own for a stack that is not there.
    if (awsErrorName(error) === "ValidationError") return false;
    throw error;
  }
}

async function known<T>(look: () => Promise<T>, { signal, stack }: Context & WorksOn): Promise<Known<T>> {
  try {
    return { value: await look() };
  } catch (error) {
    signal.throwIfAborted();
    const { message, hint } = explainError(error, stack) ?? { message: String(error), hint: "Run this again." };
    return { unknown: message, remedy: hint };
  }
}

function mapped<T, U>(one: Known<T>, to: (value: T) => U): Known<U> {
  return "unknown" in one ? one : { value: to(one.value) };
}
