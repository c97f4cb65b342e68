import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { ExpectedError, UsageError } from "../errors.ts";

export interface SnapshotQuestion {
  /** Every cluster snapshot of the account and Region. */
  readonly snapshots: readonly DBClusterSnapshot[];
  /** The stack's cluster of now. */
  readonly current: {
    readonly identifier: string;
    readonly engine: string;
    readonly vpcId: string;
    readonly encrypted: boolean;
  };
  readonly stack: string;
  /** Clusters that the stack's events name as replaced; none where the events are gone. */
  readonly replaced: readonly string[];
  /** Clusters that exist. The old one is among them when its deletion failed. */
  readonly alive: readonly string[];
  readonly wantedSnapshot: string | undefined;
  readonly wantedCluster: string | undefined;
}

export interface SnapshotChoice {
  readonly snapshot: DBClusterSnapshot;
  /** Why this one, in a sentence for the operator. */
  readonly reason: string;
}

/**
 * Chooses the snapshot that holds the old cluster's data: the newest available one of the one old cluster. Throws an ExpectedError
 * that lists what there is, when there is no or more than one answer.
 */
export function chooseSnapshot(question: SnapshotQuestion): SnapshotChoice {
  const { current, wantedSnapshot, wantedCluster } = question;
  if (wantedCluster === current.identifier) refuseCurrent(current.identifier);
  const candidates = candidatesOf(question);
  if (wantedSnapshot !== undefined) return namedSnapshot(wantedSnapshot, candidates, question);
  refuseLiving(question);

  const clusters = [...new Set(candidates.map((one) => one.DBClusterIdentifier ?? ""))].filter(
    (cluster) => wantedCluster === undefined || cluster === wantedCluster,
  );
  const replaced = clusters.filter((cluster) => question.replaced.includes(cluster));
  const chosen = replaced.length === 1 ? replaced : clusters;
  const [cluster, ...others] = chosen;
  if (cluster === undefined) return noSnapshot(question);
  if (others.length > 0)
    throw new ExpectedError(
      `Snapshots of ${chosen.length} clusters could be the old one's:\n${listed(candidates.filter((one) => chosen.includes(one.DBClusterIdentifier ?? "")))}`,
      "Say which with --source-cluster ID or --snapshot ID.",
    );
  refuseLiving({ ...question, wantedCluster: cluster });
  return newestOf(cluster, candidates, replaced.length === 1);
}

/** Snapshots of other clusters than the stack's own, that can be the stack's by engine, VPC and name. */
function candidatesOf({ snapshots, current, stack, wantedCluster }: SnapshotQuestion): DBClusterSnapshot[] {
  const prefix = `${stack.toLowerCase()}-`;
  return snapshots.filter(
    (one) =>
      one.DBClusterIdentifier !== current.identifier &&
      one.Engine === current.engine &&
      one.VpcId === current.vpcId &&
      // CloudFormation begins a physical id with the stack's name; a cluster that was named by the operator needs no such proof.
      (one.DBClusterIdentifier?.startsWith(prefix) === true || one.DBClusterIdentifier === wantedCluster),
  );
}

function namedSnapshot(
  wanted: string,
  candidates: readonly DBClusterSnapshot[],
  { snapshots, current }: SnapshotQuestion,
): SnapshotChoice {
  const snapshot = snapshots.find(
    (one) => one.DBClusterSnapshotIdentifier === wanted || one.DBClusterSnapshotArn === wanted,
  );
  if (snapshot === undefined)
    throw new ExpectedError(
      `There is no cluster snapshot ${wanted} in this account and Region.`,
      candidates.length > 0 ? `Candidates:\n${listed(candidates)}` : "No snapshot here looks like the old cluster's.",
    );
  if (snapshot.DBClusterIdentifier === current.identifier) refuseCurrent(current.identifier);
  if (snapshot.Engine !== current.engine)
    throw new UsageError(
      `Snapshot ${wanted} is of engine ${snapshot.Engine}, the new cluster of ${current.engine}.`,
      "Name a snapshot of the old Aurora PostgreSQL cluster.",
    );
  if (snapshot.Status !== "available") notAvailable(snapshot);
  return { snapshot, reason: "it was named with --snapshot" };
}

function newestOf(cluster: string, candidates: readonly DBClusterSnapshot[], byEvents: boolean): SnapshotChoice {
  const own = candidates.filter((one) => one.DBClusterIdentifier === cluster).toSorted(newestFirst);
  const snapshot = own.find((one) => one.Status === "available");
  const [newest] = own;
  if (snapshot === undefined) return notAvailable(newest ?? {});
  const why = byEvents
    ? `the stack's events name ${cluster} as the replaced cluster`
    : `${cluster} is the only other cluster with this stack's name, engine and VPC that has snapshots`;
  return { snapshot, reason: `${why}, and this is its newest available snapshot of ${own.length}` };
}

function newestFirst(a: DBClusterSnapshot, b: DBClusterSnapshot): number {
  return (b.SnapshotCreateTime?.getTime() ?? Infinity) - (a.SnapshotCreateTime?.getTime() ?? Infinity);
}

function noSnapshot({ snapshots, current, wantedCluster, stack }: SnapshotQuestion): never {
  if (wantedCluster !== undefined) {
    const others = [...new Set(snapshots.map((one) => one.DBClusterIdentifier))].filter(
      (one) => one !== current.identifier,
    );
    throw new ExpectedError(
      `There is no snapshot of a cluster ${wantedCluster} with the new cluster's engine and VPC in this account and Region.`,
      others.length > 0
        ? `Clusters that have snapshots: ${others.join(", ")}.`
        : "No other cluster has snapshots here.",
    );
  }
  if (!current.encrypted) refuseCurrent(current.identifier);
  throw new ExpectedError(
    `There is no snapshot of an old cluster of stack ${stack} in this account and Region.`,
    [
      "What there may be instead:",
      "  * automated backups kept after the cluster's deletion: `aws rds describe-db-cluster-automated-backups`;",
      "  * a recovery point in AWS Backup: `aws backup list-recovery-points-by-resource`;",
      "  * a snapshot in another account or Region: copy it here, then pass --snapshot ID;",
      "  * re-embedding every bot from its documents (the upgrade guide's other path).",
    ].join("\n"),
  );
}

/** A cluster that is still there has what was written to it since its last snapshot, and nobody could tell later that it was left out. */
function refuseLiving({ alive, current, replaced, wantedCluster, stack }: SnapshotQuestion): void {
  const living = alive.find(
    (one) =>
      one !== current.identifier && (wantedCluster === undefined ? replaced.includes(one) : one === wantedCluster),
  );
  if (living === undefined) return;
  const name = `${living}-before-migration`;
  throw new ExpectedError(
    `The old cluster ${living} is still there, with what was written to it since its last snapshot.`,
    [
      "Take a snapshot of it now, then name it (an older one can be named as well, where that is what you want):",
      `  aws rds create-db-cluster-snapshot --db-cluster-identifier ${living} --db-cluster-snapshot-identifier ${name}`,
      `  aws rds wait db-cluster-snapshot-available --db-cluster-snapshot-identifier ${name}`,
      `  bedrock-chat-migrate restore-snapshot --stack '${stack}' --snapshot ${name}`,
    ].join("\n"),
  );
}

function refuseCurrent(identifier: string): never {
  throw new ExpectedError(
    `${identifier} is the cluster that the stack uses now: the deploy to v1 has not happened yet, so there is nothing to bring back.`,
    "Deploy v1 first (`npx cdk deploy`). It replaces the cluster and leaves a final snapshot of the old one; then run this again.",
  );
}

function notAvailable(snapshot: DBClusterSnapshot): never {
  throw new ExpectedError(
    `Snapshot ${snapshot.DBClusterSnapshotIdentifier} is ${snapshot.Status}.`,
    "Run the same command again when it is available.",
  );
}

function listed(snapshots: readonly DBClusterSnapshot[]): string {
  return snapshots
    .toSorted(newestFirst)
    .map(
      (one) =>
        `  ${one.DBClusterSnapshotIdentifier}  (${one.SnapshotType}, of ${one.DBClusterIdentifier}, ${one.SnapshotCreateTime?.toISOString() ?? "being made"}, ${one.EngineVersion}, ${one.Status})`,
    )
    .join("\n");
}
