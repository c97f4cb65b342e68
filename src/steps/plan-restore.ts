import type { MigrationType } from "../aws/data-migration-options.ts";
import { allClusters } from "../aws/db-clusters.ts";
import { allSnapshots, automatedBackups } from "../aws/db-snapshots.ts";
import { allPages } from "../aws/pages.ts";
import { commandFor } from "../command-for.ts";
import type { Context } from "../context.ts";
import { tableExists } from "../database/catalog.ts";
import { withSession } from "../database/with-session.ts";
import type { SqlSession } from "../database/session.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { resourceKey } from "../provision/run-state.ts";
import { describeCluster, rdsCluster } from "../resources/rds-cluster.ts";
import { countBots, itemsTable } from "../stack/items-table.ts";
import { replacedClusters } from "../stack/replaced-clusters.ts";
import { chooseEngineVersion } from "./choose-engine-version.ts";
import { chooseSnapshot } from "./choose-snapshot.ts";
import { judgeStack } from "./judge-stack.ts";
import { besidePrepared, preparedSnapshots } from "./prepared-snapshot.ts";
import { type RestorePlan, restorePlanOf } from "./restore-plan.ts";
import { settledDeployment } from "./settled-deployment.ts";
import { sourceNames } from "./temporary-cluster.ts";

export interface RestoreSnapshotInput {
  readonly stack: string;
  /** Milliseconds to wait for a deploy that is still under way. */
  readonly stackTimeoutMs: number;
  readonly snapshot: string | undefined;
  readonly sourceCluster: string | undefined;
  /** Key to encrypt the temporary cluster with, where it shall be another than the snapshot's. */
  readonly kmsKeyId: string | undefined;
  /** What the data will be moved with; logical replication is not turned on for a full load. */
  readonly migrationType: MigrationType | undefined;
}

/**
 * The plan of a run: what its journal has noted, so that a second call decides nothing anew; else one made now, which changes nothing.
 * Throws an ExpectedError where a restore would be wrong (the deploy has not happened or was taken back, no snapshot, several),
 * and a WaitTimeoutError for a deploy that does not end.
 */
export async function planFor(
  run: Run | undefined,
  input: RestoreSnapshotInput,
  context: Context,
): Promise<RestorePlan> {
  const noted = run && restorePlanOf(run);
  if (run === undefined || noted === undefined) return planRestore(input, context, run);
  const plan = (await hasBegun(run, context)) ? asDecided(run, noted, input) : asWished(noted, input);
  const other =
    (input.snapshot !== undefined && ![plan.snapshot, plan.snapshotArn].includes(input.snapshot)) ||
    (input.sourceCluster !== undefined && input.sourceCluster !== plan.sourceCluster);
  // One that does not exist is answered as it would be without a run: with those that do.
  if (other) await planRestore(input, context);
  if (other)
    throw new ExpectedError(
      `Run ${run.id} has begun to restore ${plan.snapshot} of cluster ${plan.sourceCluster}, not ${input.snapshot ?? input.sourceCluster}.`,
      `Leave --snapshot and --source-cluster out to go on, or end this run first: ${commandFor("cleanup", { stack: run.stack, run: run.id })}`,
    );
  context.progress.say(`Going on with run ${run.id}: snapshot ${plan.snapshot}, engine version ${plan.engineVersion}.`);
  return plan;
}

/** Whether there is a cluster: a restore that RDS has refused (an unknown key, say) leaves none, and is begun anew as it is wished then. */
async function hasBegun(run: Run, { aws }: Context): Promise<boolean> {
  const { cluster } = sourceNames(run.id);
  if (run.state().resources.get(resourceKey({ kind: rdsCluster.kind, name: cluster })) === undefined) return false;
  return (await describeCluster(aws, cluster)) !== undefined;
}

function asWished(plan: RestorePlan, { kmsKeyId, migrationType }: RestoreSnapshotInput): RestorePlan {
  return {
    ...plan,
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    ...(migrationType !== undefined && { migrationType }),
  };
}

function asDecided(run: Run, plan: RestorePlan, input: RestoreSnapshotInput): RestorePlan {
  refuseOtherType(run, plan, input.migrationType);
  refuseOtherKey(run, plan, input.kmsKeyId);
  return plan;
}

/** A cluster takes `wal_level` when it starts: what it is restored for is decided once. */
function refuseOtherType(run: Run, plan: RestorePlan, wanted: MigrationType | undefined): void {
  if (wanted === undefined || plan.migrationType === wanted) return;
  throw new ExpectedError(
    `Run ${run.id} restores its temporary cluster for ${plan.migrationType}, not for ${wanted}.`,
    wanted === "full-load"
      ? `That does for a full load, too: leave --migration-type out to go on, then: ${commandFor("start-dms-migration", run, "--migration-type", "full-load")}`
      : `Leave --migration-type out to go on, or end this run first: ${commandFor("cleanup", { stack: run.stack, run: run.id })}`,
  );
}

/** A cluster's key is chosen when it is restored, and stays. */
function refuseOtherKey(run: Run, plan: RestorePlan, wanted: string | undefined): void {
  if (wanted === undefined || plan.kmsKeyId === wanted) return;
  throw new ExpectedError(
    `Run ${run.id} restores its temporary cluster with ${plan.kmsKeyId === null ? "the snapshot's own encryption" : `key ${plan.kmsKeyId}`}, not with key ${wanted}.`,
    `Leave --kms-key-id out to go on, or end this run first: ${commandFor("cleanup", { stack: run.stack, run: run.id })}`,
  );
}

async function planRestore(input: RestoreSnapshotInput, context: Context, run?: Run): Promise<RestorePlan> {
  const prepared = run && preparedSnapshots(run).at(-1);
  const deployment = await settledDeployment(input.stack, input.stackTimeoutMs, context);
  const { cluster, stack, stackStatus } = deployment;
  const identifier = cluster.DBClusterIdentifier ?? "";
  const encrypted = cluster.StorageEncrypted === true;
  const warning = judgeStack({ stack, stackStatus, cluster: { identifier, encrypted } });
  if (warning !== undefined) context.progress.say(`WARNING: ${warning}`);
  const [snapshots, retained, replaced, clusters] = await Promise.all([
    allSnapshots(context.aws),
    automatedBackups(context.aws),
    replacedClusters(context.aws, stack, identifier),
    allClusters(context.aws),
  ]);
  const choice = chooseSnapshot({
    snapshots,
    retained,
    account: context.account,
    region: context.region,
    current: {
      identifier,
      engine: cluster.Engine ?? "",
      vpcId: deployment.vpcId,
      subnetGroup: cluster.DBSubnetGroup ?? "",
      encrypted,
    },
    stack,
    replaced,
    alive: clusters,
    wantedSnapshot: input.snapshot,
    wantedCluster: input.sourceCluster ?? (input.snapshot === undefined ? prepared?.cluster : undefined),
  });
  const { snapshot, reason, unproven } = input.snapshot === undefined ? besidePrepared(choice, prepared) : choice;
  context.progress.say(`Snapshot ${snapshot.DBClusterSnapshotIdentifier}: ${reason}.`);
  if (unproven !== undefined) context.progress.say(`WARNING: ${unproven}`);
  if (snapshot.StorageEncrypted === true)
    context.progress.say(
      "WARNING: this snapshot is encrypted, and v0's cluster was not, unless it was made so on purpose: is it of v0, and not of a v1 that failed?",
    );
  const versions = await availableVersions(context);
  const chosen = chooseEngineVersion(snapshot.EngineVersion ?? "", [...versions.keys()], cluster.EngineVersion ?? "");
  context.progress.say(`Engine version ${chosen.version}: ${chosen.reason}.`);
  // The temporary cluster will be as far away as the new one is: better to know before it is paid for.
  await withSession(deployment.database, context, (session) => warnOfRows(session, context));
  return {
    snapshot: snapshot.DBClusterSnapshotIdentifier ?? "",
    sourceCluster: snapshot.DBClusterIdentifier ?? "",
    snapshotArn: snapshot.DBClusterSnapshotArn ?? "",
    masterUsername: snapshot.MasterUsername ?? "postgres",
    engineVersion: chosen.version,
    parameterGroupFamily: versions.get(chosen.version) ?? "",
    subnetGroup: cluster.DBSubnetGroup ?? "",
    securityGroupIds: (cluster.VpcSecurityGroups ?? []).map((group) => group.VpcSecurityGroupId ?? ""),
    vpcId: deployment.vpcId,
    migrationType: input.migrationType ?? "full-load-and-cdc",
    kmsKeyId: input.kmsKeyId ?? null,
  };
}

/** Looks into the new cluster, which proves that it can be reached. Rows that are there now will be in the load's way. */
async function warnOfRows(session: SqlSession, { progress }: Context): Promise<void> {
  if (!(await tableExists(session, itemsTable.schema, itemsTable.table))) return;
  const bots = await countBots(session);
  const rows = bots.reduce((sum, bot) => sum + bot.rows, 0);
  if (rows > 0)
    progress.say(
      `WARNING: the new cluster already holds ${rows} rows of ${bots.length} bots: start-dms-migration will ask for --on-existing.`,
    );
}

/** The Aurora PostgreSQL versions that can be created now, each with its parameter group family. */
export async function availableVersions({ aws }: Context): Promise<Map<string, string>> {
  const versions = await allPages(async (Marker) => {
    const page = await aws.rds.describeDBEngineVersions({
      Engine: "aurora-postgresql",
      ...(Marker !== undefined && { Marker }),
    });
    return { items: page.DBEngineVersions, next: page.Marker };
  });
  return new Map(versions.map((one) => [one.EngineVersion ?? "", one.DBParameterGroupFamily ?? ""]));
}
