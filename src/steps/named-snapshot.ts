import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { commandFor } from "../command-for.ts";
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
  const { current } = question;
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
        ...copyCommands(snapshot.DBClusterSnapshotArn ?? "", question, " --kms-key-id KEY"),
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
  question: SnapshotQuestion,
): never {
  const { account, region } = question;
  const [, ofRegion, ofAccount, name] = /^arn:[^:]+:rds:([^:]+):(\d{12}):cluster-snapshot:(.+)$/.exec(wanted) ?? [];
  if (ofRegion !== undefined && ofRegion !== region)
    throw new ExpectedError(
      `Snapshot ${wanted} is in Region ${ofRegion}, and is restored in its own Region only.`,
      (ofAccount === account ? ownFromElsewhere : sharedFromElsewhere)({ wanted, ofRegion, ofAccount }, question),
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

interface Elsewhere {
  readonly wanted: string;
  readonly ofRegion: string;
  readonly ofAccount: string | undefined;
}

/** A KMS key is of one Region, so an encrypted copy needs one of its own (CopyDBClusterSnapshot, KmsKeyId). */
function ownFromElsewhere({ wanted, ofRegion }: Elsewhere, question: SnapshotQuestion): string {
  return [
    `Copy it here first, then name the copy. If it is encrypted, add --kms-key-id with a key of ${question.region} to the first command:`,
    ...copyCommands(wanted, question, ` --source-region ${ofRegion}`),
  ].join("\n");
}

/**
 * AWS's pages agree that an encrypted one cannot be copied across accounts and Regions at once, and disagree on an unencrypted one (Aurora
 * User Guide, aurora-copy-snapshot).
 */
function sharedFromElsewhere({ wanted, ofRegion, ofAccount }: Elsewhere, question: SnapshotQuestion): string {
  const { account, region } = question;
  const between = `arn:aws:rds:${ofRegion}:${account}:cluster-snapshot:${copy}`;
  return [
    `Account ${ofAccount} must have shared it with ${account}. Copy it here first, then name the copy:`,
    ...copyCommands(wanted, question, ` --source-region ${ofRegion}`),
    `An encrypted one cannot be copied out of another account and Region at once, and where AWS refuses an unencrypted one: two steps, with --kms-key-id and a key of this account in ${ofRegion} on the first, and one in ${region} on the second, if it is encrypted:`,
    ...copyInto(ofRegion, wanted),
    ...copyCommands(between, question, ` --source-region ${ofRegion}`),
  ].join("\n");
}

const copy = "bedrock-chat-v0-copy";

/** Copies a snapshot to this Region, and restores the copy. */
function copyCommands(arn: string, { region, stack }: SnapshotQuestion, more: string): string[] {
  return [...copyInto(region, arn, more), `  ${commandFor("restore-snapshot", { stack }, "--snapshot", copy)}`];
}

function copyInto(region: string, arn: string, more = ""): string[] {
  return [
    `  aws rds copy-db-cluster-snapshot --region ${region} --source-db-cluster-snapshot-identifier ${arn} --target-db-cluster-snapshot-identifier ${copy}${more}`,
    `  aws rds wait db-cluster-snapshot-available --region ${region} --db-cluster-snapshot-identifier ${copy}`,
  ];
}
