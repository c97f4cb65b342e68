import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { ExpectedError, UsageError } from "../errors.ts";
import type { SnapshotQuestion } from "./choose-snapshot.ts";
import { listed, notAvailable } from "./snapshot-refusals.ts";

/** The cluster that a snapshot was taken of: a copy keeps it, in another Region and account, too. */
export function clusterOf(snapshot: DBClusterSnapshot): string {
  return snapshot.DBClusterIdentifier ?? "";
}

/** Whether it belongs to this account and Region. What another account shares has that account's number in its ARN. */
export function isOwn(
  { DBClusterSnapshotArn: arn = "" }: DBClusterSnapshot,
  { account, region }: Pick<SnapshotQuestion, "account" | "region">,
): boolean {
  return arn.startsWith(`arn:aws:rds:${region}:${account}:`);
}

/** Whether a restore of a snapshot can use it: AWS Backup's continuous recovery points are for a restore to a point in time. */
export function isUsable({ DBClusterSnapshotIdentifier: name = "" }: DBClusterSnapshot): boolean {
  return !name.includes("continuous:");
}

/**
 * Checks what can be known of a snapshot that the operator named: its engine, that it can be restored as it is, its state. Gives what nothing
 * shows: that it is the old cluster's. Throws an ExpectedError that says how to mend it.
 */
export function checkNamed(
  snapshot: DBClusterSnapshot,
  wanted: string,
  question: SnapshotQuestion,
): string | undefined {
  const { current, region } = question;
  if (snapshot.Engine !== current.engine)
    throw new UsageError(
      `Snapshot ${wanted} is of engine ${snapshot.Engine}, the new cluster of ${current.engine}.`,
      "Name a snapshot of the old Aurora PostgreSQL cluster.",
    );
  if (snapshot.Status !== "available") notAvailable(snapshot);
  // "You can't restore a DB cluster from a DB cluster snapshot that is both shared and encrypted" (Aurora User Guide, aurora-share-snapshot).
  if (!isOwn(snapshot, question) && snapshot.StorageEncrypted === true)
    throw new ExpectedError(
      `Snapshot ${wanted} is another account's and encrypted: RDS restores such a one only from a copy.`,
      [
        "Copy it with a key of this account, then name the copy (the other account's key must be shared with this one, too):",
        copyCommand(snapshot.DBClusterSnapshotArn ?? "", region, " --kms-key-id KEY"),
      ].join("\n"),
    );
  return unprovenOf(snapshot, question);
}

function unprovenOf(snapshot: DBClusterSnapshot, question: SnapshotQuestion): string | undefined {
  const { current, stack, replaced } = question;
  const cluster = clusterOf(snapshot);
  const own = isOwn(snapshot, question);
  // In another account a cluster may have any name.
  if (own && replaced.includes(cluster)) return undefined;
  const foreign = [
    ...(own ? [] : [`another account shares it (${snapshot.DBClusterSnapshotArn})`]),
    ...(cluster.startsWith(`${stack.toLowerCase()}-`) ? [] : [`its cluster ${cluster} has not the stack's name`]),
    ...(snapshot.VpcId === current.vpcId
      ? []
      : [`it is of VPC ${snapshot.VpcId ?? "(not told)"}, the new cluster in ${current.vpcId}`]),
  ];
  if (foreign.length === 0) return undefined;
  return `nothing shows that ${snapshot.DBClusterSnapshotIdentifier} is of this stack's old cluster: ${foreign.join("; ")}. A copy from another Region or account looks like that. Engine and state are checked; start-dms-migration compares the tables before it changes anything.`;
}

/** Says where a snapshot that is not found may be. */
export function refuseUnknown(
  wanted: string,
  candidates: readonly DBClusterSnapshot[],
  { account, region }: SnapshotQuestion,
): never {
  const [, ofRegion, ofAccount, name] = /^arn:[^:]+:rds:([^:]+):(\d{12}):cluster-snapshot:(.+)$/.exec(wanted) ?? [];
  if (ofRegion !== undefined && ofRegion !== region)
    throw new ExpectedError(
      `Snapshot ${wanted} is in Region ${ofRegion}, and is restored in its own Region only.`,
      [
        `Copy it here first, then name the copy${ofAccount === account ? "" : ` (account ${ofAccount} must have shared it with ${account})`}:`,
        copyCommand(wanted, region, ` --source-region ${ofRegion}`),
      ].join("\n"),
    );
  if (ofAccount !== undefined && ofAccount !== account)
    throw new ExpectedError(
      `Account ${ofAccount} does not share snapshot ${wanted} with account ${account}.`,
      [
        `There, with the credentials of account ${ofAccount} (manual snapshots can be shared; copy an automated one first):`,
        `  aws rds modify-db-cluster-snapshot-attribute --region ${region} --db-cluster-snapshot-identifier ${name} --attribute-name restore --values-to-add ${account}`,
      ].join("\n"),
    );
  throw new ExpectedError(
    `There is no cluster snapshot ${wanted} in this account and Region.`,
    candidates.length > 0 ? `Candidates:\n${listed(candidates)}` : "No snapshot here looks like the old cluster's.",
  );
}

function copyCommand(arn: string, region: string, more: string): string {
  const copy = "bedrock-chat-v0-copy";
  return [
    `  aws rds copy-db-cluster-snapshot --region ${region} --source-db-cluster-snapshot-identifier ${arn} --target-db-cluster-snapshot-identifier ${copy}${more}`,
    `  aws rds wait db-cluster-snapshot-available --region ${region} --db-cluster-snapshot-identifier ${copy}`,
    `  bedrock-chat-migrate restore-snapshot --snapshot ${copy}`,
  ].join("\n");
}
