import type { DBClusterAutomatedBackup, DBClusterSnapshot } from "@aws-sdk/client-rds";
import { commandFor } from "../command-for.ts";
import { ExpectedError } from "../errors.ts";
import type { SnapshotQuestion } from "./choose-snapshot.ts";

/** Sorts snapshots for a list: a copy's time is that of the copying, so it comes after all that are none. */
function newestFirst(a: DBClusterSnapshot, b: DBClusterSnapshot): number {
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
  const kept = retained.filter((one) => one.Status === "retained" && one.Engine === current.engine);
  const ofReplaced = kept.filter((one) => replaced.includes(one.DBClusterIdentifier ?? ""));
  // Another stack's name can begin with this one's.
  const ofStack = kept.filter(
    (one) => one.VpcId === current.vpcId && one.DBClusterIdentifier?.startsWith(`${stack.toLowerCase()}-`) === true,
  );
  const [backup, ...others] = ofReplaced.length > 0 ? ofReplaced : ofStack;
  if (backup === undefined) return [];
  return [
    ...(others.length === 0 ? [] : [`Automated backups of ${others.length + 1} clusters were kept: choose one.`]),
    ...[backup, ...others].flatMap((one) => restoreOf(one, current.subnetGroup, stack)),
  ];
}

function restoreOf(backup: DBClusterAutomatedBackup, subnetGroup: string, stack: string): string[] {
  const cluster = backup.DBClusterIdentifier ?? "";
  // 63 characters at most, and no two hyphens in a row (CreateDBCluster, DBClusterIdentifier).
  const copy = `${cluster.slice(0, 58).replace(/-+$/, "")}-kept`;
  const [take, wait, restore] = snapshotCommands(copy, copy, stack);
  return [
    `The automated backups of ${cluster} were kept, up to ${backup.RestoreWindow?.LatestTime?.toISOString() ?? "its deletion"}. Make a cluster of them, a snapshot of that, then delete the cluster:`,
    `  aws rds restore-db-cluster-to-point-in-time --source-db-cluster-resource-id ${backup.DbClusterResourceId} --use-latest-restorable-time --db-cluster-identifier ${copy} --db-subnet-group-name ${subnetGroup}`,
    `  aws rds wait db-cluster-available --db-cluster-identifier ${copy}`,
    take,
    wait,
    `  aws rds delete-db-cluster --db-cluster-identifier ${copy} --skip-final-snapshot`,
    restore,
  ];
}

/** A cluster that is still there has what was written to it since its last snapshot, and nobody could tell later that it was left out. */
export function refuseLiving({ alive, current, replaced, wantedCluster, stack }: SnapshotQuestion): void {
  const found = alive.find(({ DBClusterIdentifier: one = "" }) =>
    one === current.identifier ? false : wantedCluster === undefined ? replaced.includes(one) : one === wantedCluster,
  );
  const living = found?.DBClusterIdentifier;
  if (living === undefined) return;
  // RDS takes the final snapshot meanwhile, and no other one.
  if (found?.Status === "deleting")
    throw new ExpectedError(
      `The old cluster ${living} is being deleted, and its final snapshot may still be on its way.`,
      "Wait until it is gone, then run the same command again (or name a snapshot that is there with --snapshot):\n" +
        `  aws rds wait db-cluster-deleted --db-cluster-identifier ${living}`,
    );
  throw new ExpectedError(
    `The old cluster ${living} is still there, with what was written to it since its last snapshot.`,
    [
      "Take a snapshot of it now, then name it (an older one can be named as well, where that is what you want):",
      ...snapshotCommands(living, `${living}-before-migration`, stack),
    ].join("\n"),
  );
}

function snapshotCommands(cluster: string, name: string, stack: string): [take: string, wait: string, restore: string] {
  return [
    `  aws rds create-db-cluster-snapshot --db-cluster-identifier ${cluster} --db-cluster-snapshot-identifier ${name}`,
    `  aws rds wait db-cluster-snapshot-available --db-cluster-snapshot-identifier ${name}`,
    `  ${commandFor("restore-snapshot", { stack }, "--snapshot", name)}`,
  ];
}

/** The cluster of now is never its own source. */
export function refuseCurrent(identifier: string): never {
  throw new ExpectedError(
    `${identifier} is the cluster that the stack uses now: the deploy to v1 has not happened yet, so there is nothing to bring back.`,
    "Deploy v1 first (`npx cdk deploy`). It replaces the cluster and leaves a final snapshot of the old one; then run this again.",
  );
}

/** A snapshot that is being made, or has failed. `older` is one that there is besides. */
export function notAvailable(snapshot: DBClusterSnapshot, older?: string): never {
  const wait = "Run the same command again when it is available.";
  throw new ExpectedError(
    `Snapshot ${snapshot.DBClusterSnapshotIdentifier} is ${snapshot.Status}.`,
    snapshot.Status === "failed"
      ? "Name another one with --snapshot."
      : older === undefined
        ? wait
        : `${wait} An older one can be named, but lacks what was written since: --snapshot ${older}`,
  );
}
