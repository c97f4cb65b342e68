import type { DBCluster, DBClusterAutomatedBackup, DBClusterSnapshot } from "@aws-sdk/client-rds";
import { ExpectedError } from "../errors.ts";
import { checkNamed, clusterOf, isOwn, isUsable, refuseUnknown } from "./named-snapshot.ts";
import { newestSnapshot } from "./newest-snapshot.ts";
import { listed, noSnapshot, refuseCurrent, refuseLiving } from "./snapshot-refusals.ts";

export interface SnapshotQuestion {
  /** Every cluster snapshot of the account and Region, and those that other accounts share with it. */
  readonly snapshots: readonly DBClusterSnapshot[];
  /** Automated backups that AWS has kept of deleted clusters. */
  readonly retained: readonly DBClusterAutomatedBackup[];
  readonly account: string;
  readonly region: string;
  /** The stack's cluster of now. */
  readonly current: {
    readonly identifier: string;
    readonly engine: string;
    readonly vpcId: string;
    readonly subnetGroup: string;
    readonly encrypted: boolean;
  };
  readonly stack: string;
  /** Clusters that the stack's events name as replaced; none where the events are gone. */
  readonly replaced: readonly string[];
  /** Clusters that exist. The old one is among them when its deletion failed. */
  readonly alive: readonly Pick<DBCluster, "DBClusterIdentifier" | "Status">[];
  readonly wantedSnapshot: string | undefined;
  readonly wantedCluster: string | undefined;
}

export interface SnapshotChoice {
  readonly snapshot: DBClusterSnapshot;
  /** Why this one, in a sentence for the operator. */
  readonly reason: string;
  /** What nothing has shown of it; undefined where it is known to be the old cluster's, and its youngest. */
  readonly unproven: string | undefined;
}

/**
 * Chooses the snapshot that holds the old cluster's data: the newest available one of the one old cluster, whoever took it (an operator,
 * CloudFormation as it deleted the cluster, RDS's automated backup, AWS Backup). Throws an ExpectedError that lists what there is, when
 * there is no or more than one answer.
 */
export function chooseSnapshot(question: SnapshotQuestion): SnapshotChoice {
  const { current, wantedSnapshot, wantedCluster } = question;
  if (wantedCluster === current.identifier) refuseCurrent(current.identifier);
  const candidates = candidatesOf(question);
  if (wantedSnapshot !== undefined) return namedSnapshot(wantedSnapshot, candidates, question);
  refuseLiving(question);

  const clusters = [...new Set(candidates.map(clusterOf))].filter(
    (cluster) => wantedCluster === undefined || cluster === wantedCluster,
  );
  const replaced = clusters.filter((cluster) => question.replaced.includes(cluster));
  const chosen = replaced.length === 1 ? replaced : clusters;
  const [cluster, ...others] = chosen;
  if (cluster === undefined) return noSnapshot(question);
  if (others.length > 0)
    throw new ExpectedError(
      `Snapshots of ${chosen.length} clusters could be the old one's:\n${listed(candidates.filter((one) => chosen.includes(clusterOf(one))))}`,
      "Say which with --source-cluster ID or --snapshot ID.",
    );
  refuseLiving({ ...question, wantedCluster: cluster });
  return newestOf(cluster, candidates, question);
}

/**
 * Snapshots of other clusters than the stack's own, that can be the stack's. A cluster that the stack's events or the operator name needs
 * no more proof, even where a copy from another Region or account tells another VPC; any other has the stack's name and VPC. What another
 * account shares is restored only where it is named by its ARN: anybody can share a snapshot of a cluster with any name.
 */
function candidatesOf(question: SnapshotQuestion): DBClusterSnapshot[] {
  const { snapshots, current, stack, replaced, wantedCluster } = question;
  const prefix = `${stack.toLowerCase()}-`;
  return snapshots.filter((one) => {
    const cluster = clusterOf(one);
    if (!isOwn(one, question) || !isUsable(one) || cluster === current.identifier || one.Engine !== current.engine)
      return false;
    if (replaced.includes(cluster) || cluster === wantedCluster) return true;
    // CloudFormation begins a physical id with the stack's name.
    return one.VpcId === current.vpcId && cluster.startsWith(prefix);
  });
}

function namedSnapshot(
  wanted: string,
  candidates: readonly DBClusterSnapshot[],
  question: SnapshotQuestion,
): SnapshotChoice {
  const { snapshots, current } = question;
  const snapshot =
    snapshots.find((one) => one.DBClusterSnapshotArn === wanted) ??
    snapshots.find((one) => isOwn(one, question) && one.DBClusterSnapshotIdentifier === wanted);
  if (snapshot === undefined) return refuseUnknown(wanted, candidates, question);
  if (isOwn(snapshot, question) && clusterOf(snapshot) === current.identifier) refuseCurrent(current.identifier);
  return { snapshot, reason: "it was named with --snapshot", unproven: checkNamed(snapshot, wanted, question) };
}

function newestOf(
  cluster: string,
  candidates: readonly DBClusterSnapshot[],
  { snapshots, replaced }: SnapshotQuestion,
): SnapshotChoice {
  const own = candidates.filter((one) => clusterOf(one) === cluster);
  const { snapshot, unproven } = newestSnapshot(own, snapshots);
  const why = replaced.includes(cluster)
    ? `the stack's events name ${cluster} as the replaced cluster`
    : `${cluster} is the only other cluster with this stack's name, engine and VPC that has snapshots`;
  return { snapshot, reason: `${why}, and this is its newest available snapshot of ${own.length}`, unproven };
}
