import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { awsErrorName, unlessAws } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import { ExpectedError } from "../errors.ts";
import type { Task } from "../progress.ts";
import type { RunOwner } from "../provision/resource.ts";
import { describeCluster } from "../resources/rds-cluster.ts";
import { ownerOfTags, tagsOfRun } from "../resources/tags.ts";
import { type Look, waitFor } from "../wait.ts";

/** A manual snapshot that shall be there. */
export interface SnapshotWish {
  /** `nameInRun(run.id, …)`: the same at every call, so that a second one finds what the first has begun. */
  readonly name: string;
  /** Identifier of the cluster to take it of. */
  readonly cluster: string;
  /** Whose tags it gets. */
  readonly run: RunOwner;
  /** Milliseconds for all of it; two hours when left out. */
  readonly timeoutMs?: number;
}

const twoHours = 2 * 3600 * 1000;

/** States of a cluster that RDS takes no snapshot in, and that it does not come out of by itself. */
const atRest = ["stopped", "inaccessible-encryption-credentials", "failed", "deleting"];

/**
 * Takes a manual snapshot of a cluster under this name, or finds the one that an earlier call has begun, and waits until it is available.
 * It is no resource of the run that cleanup would remove: it may become the only copy. Throws an ExpectedError where there is one of
 * that name that is another's, where the cluster is at rest, and where the snapshot fails; a WaitTimeoutError when the time is over.
 */
export async function takeSnapshot(wish: SnapshotWish, context: Context): Promise<DBClusterSnapshot> {
  const { name, timeoutMs = twoHours } = wish;
  using task = context.progress.begin(`snapshot ${name}`);
  const began = context.clock.now();
  const known = await findSnapshot(name, context);
  if (known === undefined) await begin(wish, timeoutMs, task, context);
  else refuseForeign(known, wish);
  const rest = Math.max(0, timeoutMs - (context.clock.now() - began));
  const snapshot = await snapshotAvailable(name, rest, task, context);
  const seconds = ((context.clock.now() - began) / 1000).toFixed(1);
  task.end(known === undefined ? `available (${seconds} s)` : "available, found again");
  return snapshot;
}

/** Waits for a snapshot that exists, whoever takes it. Throws an ExpectedError when it has failed or is not there. */
export async function waitForSnapshot(
  name: string,
  context: Context,
  timeoutMs: number = twoHours,
): Promise<DBClusterSnapshot> {
  using task = context.progress.begin(`snapshot ${name}`);
  const snapshot = await snapshotAvailable(name, timeoutMs, task, context);
  task.end();
  return snapshot;
}

/** A manual snapshot as RDS describes it now; undefined where there is none of that name. */
export async function findSnapshot(name: string, { aws }: Context): Promise<DBClusterSnapshot | undefined> {
  const answer = await unlessAws(["DBClusterSnapshotNotFoundFault"], () =>
    aws.rds.describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: name }),
  );
  return answer?.DBClusterSnapshots?.[0];
}

/** RDS refuses while something else is done to the cluster (another snapshot, a change): that is waited for. */
async function begin({ name, cluster, run }: SnapshotWish, timeoutMs: number, task: Task, context: Context) {
  const look = async (): Promise<Look<true>> => {
    try {
      await context.aws.rds.createDBClusterSnapshot({
        DBClusterIdentifier: cluster,
        DBClusterSnapshotIdentifier: name,
        Tags: tagsOfRun(run),
      });
    } catch (error) {
      // An answer that got lost, and the SDK tried again: it was not there a moment ago, so it is ours.
      if (awsErrorName(error) === "DBClusterSnapshotAlreadyExistsFault") return { done: true, value: true };
      if (awsErrorName(error) !== "InvalidDBClusterStateFault") throw error;
      const status = (await describeCluster(context.aws, cluster))?.Status ?? "unknown";
      if (atRest.includes(status)) throw clusterAtRest(cluster, status, error);
      return { done: false, state: `the cluster is ${status}` };
    }
    return { done: true, value: true };
  };
  await waitFor(`Snapshot ${name}`, look, context, { timeoutMs, onState: (state) => task.state(state) });
}

function clusterAtRest(cluster: string, status: string, cause: unknown): ExpectedError {
  return new ExpectedError(
    `No snapshot can be taken of cluster ${cluster}: it is ${status}.`,
    status === "stopped"
      ? `Start it, then run this again: aws rds start-db-cluster --db-cluster-identifier ${cluster}`
      : "See its events in the RDS console.",
    undefined,
    { cause },
  );
}

async function snapshotAvailable(
  name: string,
  timeoutMs: number,
  task: Task,
  context: Context,
): Promise<DBClusterSnapshot> {
  const look = async (): Promise<Look<DBClusterSnapshot>> => {
    const snapshot = await findSnapshot(name, context);
    if (snapshot === undefined) return { done: false, state: "not visible yet" };
    const { Status: status = "unknown", PercentProgress: percent = 0 } = snapshot;
    if (status === "available") return { done: true, value: snapshot };
    if (/fail|incompatible|inaccessible|deleting/.test(status))
      throw new ExpectedError(
        `Snapshot ${name} is ${status}.`,
        `See the cluster's events in the RDS console. Remove it, then run this again: aws rds delete-db-cluster-snapshot --db-cluster-snapshot-identifier ${name}`,
      );
    return { done: false, state: `${status}, ${percent} %` };
  };
  return waitFor(`Snapshot ${name}`, look, context, { timeoutMs, onState: (state) => task.state(state) });
}

function refuseForeign(known: DBClusterSnapshot, { name, cluster, run }: SnapshotWish): void {
  if (ownerOfTags(known.TagList).run === run.id && known.DBClusterIdentifier === cluster) return;
  throw new ExpectedError(
    `There is a snapshot ${name} already, and it is not this run's of cluster ${cluster} (it is of ${known.DBClusterIdentifier}).`,
    "Nothing was changed. Remove it if it is yours and needless, then run this again.",
  );
}
