import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { ExpectedError } from "../errors.ts";
import type { SnapshotQuestion } from "./choose-snapshot.ts";

/** Sorts snapshots for a list, and for the choice: a copy's time is that of the copying, so it comes after all that are none. */
export function newestFirst(a: DBClusterSnapshot, b: DBClusterSnapshot): number {
  const copied = (one: DBClusterSnapshot) => Number(one.SourceDBClusterSnapshotArn !== undefined);
  return (
    copied(a) - copied(b) ||
    (b.SnapshotCreateTime?.getTime() ?? Infinity) - (a.SnapshotCreateTime?.getTime() ?? Infinity)
  );
}

/** Snapshots, one a line. */
export function listed(snapshots: readonly DBClusterSnapshot[]): string {
  return snapshots
    .toSorted(newestFirst)
    .map(
      (one) =>
        `  ${one.DBClusterSnapshotIdentifier}  (${one.SnapshotType}, of ${one.DBClusterIdentifier}, ${one.SnapshotCreateTime?.toISOString() ?? "being made"}, ${one.EngineVersion}, ${one.StorageEncrypted === true ? "encrypted" : "not encrypted"}, ${one.Status})`,
    )
    .join("\n");
}

/** Where no snapshot is left to choose: says what there may be instead. */
export function noSnapshot(question: SnapshotQuestion): never {
  const { snapshots, current, wantedCluster, stack } = question;
  if (wantedCluster !== undefined) {
    const others = [...new Set(snapshots.map((one) => one.DBClusterIdentifier))].filter(
      (one) => one !== current.identifier,
    );
    throw new ExpectedError(
      `There is no snapshot of a cluster ${wantedCluster} with the new cluster's engine in this account and Region.`,
      others.length > 0
        ? `Clusters that have snapshots: ${others.join(", ")}.`
        : "No other cluster has snapshots here.",
    );
  }
  if (!current.encrypted) refuseCurrent(current.identifier);
  throw new ExpectedError(
    `There is no snapshot of an old cluster of stack ${stack} in this account and Region.`,
    [
      ...retainedBackup(question),
      "What there may be instead:",
      "  * a recovery point in AWS Backup's vaults: `aws backup list-recovery-points-by-resource`; a snapshot's ARN can be passed as --snapshot;",
      "  * a snapshot in another account or Region: shared with this account, pass its ARN as --snapshot; else copy it here first;",
      "  * re-embedding every bot from its documents (the upgrade guide's other path).",
    ].join("\n"),
  );
}

/** An automated backup that was kept has no snapshot to restore, but any second of its window. */
function retainedBackup({ retained, current, stack, replaced }: SnapshotQuestion): string[] {
  const backup = retained.find(
    (one) =>
      one.Status === "retained" &&
      one.Engine === current.engine &&
      (replaced.includes(one.DBClusterIdentifier ?? "") ||
        one.DBClusterIdentifier?.startsWith(`${stack.toLowerCase()}-`) === true),
  );
  if (backup === undefined) return [];
  const copy = `${backup.DBClusterIdentifier}-kept`;
  return [
    `The automated backups of ${backup.DBClusterIdentifier} were kept, up to ${backup.RestoreWindow?.LatestTime?.toISOString() ?? "its deletion"}. Make a cluster of them, a snapshot of that, then delete the cluster:`,
    `  aws rds restore-db-cluster-to-point-in-time --source-db-cluster-resource-id ${backup.DbClusterResourceId} --use-latest-restorable-time --db-cluster-identifier ${copy} --db-subnet-group-name ${current.subnetGroup}`,
    `  aws rds wait db-cluster-available --db-cluster-identifier ${copy}`,
    ...snapshotCommands(copy, copy, stack),
  ];
}

/** A cluster that is still there has what was written to it since its last snapshot, and nobody could tell later that it was left out. */
export function refuseLiving({ alive, current, replaced, wantedCluster, stack }: SnapshotQuestion): void {
  const living = alive.find(
    (one) =>
      one !== current.identifier && (wantedCluster === undefined ? replaced.includes(one) : one === wantedCluster),
  );
  if (living === undefined) return;
  throw new ExpectedError(
    `The old cluster ${living} is still there, with what was written to it since its last snapshot.`,
    [
      "Take a snapshot of it now, then name it (an older one can be named as well, where that is what you want):",
      ...snapshotCommands(living, `${living}-before-migration`, stack),
    ].join("\n"),
  );
}

function snapshotCommands(cluster: string, name: string, stack: string): string[] {
  return [
    `  aws rds create-db-cluster-snapshot --db-cluster-identifier ${cluster} --db-cluster-snapshot-identifier ${name}`,
    `  aws rds wait db-cluster-snapshot-available --db-cluster-snapshot-identifier ${name}`,
    `  bedrock-chat-migrate restore-snapshot --stack '${stack}' --snapshot ${name}`,
  ];
}

/** The cluster of now is never its own source. */
export function refuseCurrent(identifier: string): never {
  throw new ExpectedError(
    `${identifier} is the cluster that the stack uses now: the deploy to v1 has not happened yet, so there is nothing to bring back.`,
    "Deploy v1 first (`npx cdk deploy`). It replaces the cluster and leaves a final snapshot of the old one; then run this again.",
  );
}

/** A snapshot that is being made, or has failed. */
export function notAvailable(snapshot: DBClusterSnapshot): never {
  throw new ExpectedError(
    `Snapshot ${snapshot.DBClusterSnapshotIdentifier} is ${snapshot.Status}.`,
    snapshot.Status === "failed"
      ? "Name another one with --snapshot."
      : "Run the same command again when it is available.",
  );
}
