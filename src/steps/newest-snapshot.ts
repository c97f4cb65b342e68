import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { ExpectedError } from "../errors.ts";
import { listed, notAvailable } from "./snapshot-refusals.ts";

export interface NewestSnapshot {
  readonly snapshot: DBClusterSnapshot;
  /** A younger one that failed: what was written after this one is lost with it. */
  readonly unproven: string | undefined;
}

/**
 * The snapshot of one cluster that holds its youngest data. A copy's time is that of the copying, so it counts as old as what it was copied
 * from; `all` is where that is looked for. Throws an ExpectedError where a younger one is still being made, and where a copy may be younger
 * but nothing tells.
 */
export function newestSnapshot(own: readonly DBClusterSnapshot[], all: readonly DBClusterSnapshot[]): NewestSnapshot {
  const dated = own
    .flatMap((snapshot) => {
      const original = originalOf(snapshot, all);
      return original === undefined ? [] : [{ snapshot, at: timeOf(original) }];
    })
    .toSorted((a, b) => b.at - a.at || Number(isCopy(a.snapshot)) - Number(isCopy(b.snapshot)));
  const best = dated.find(({ snapshot }) => snapshot.Status === "available");
  const since = best?.at ?? -Infinity;
  // What was copied before the youngest one was taken is no younger.
  const undated = own.filter((one) => originalOf(one, all) === undefined && timeOf(one) > since);
  const younger = [...dated.filter(({ at }) => at > since).map(({ snapshot }) => snapshot), ...undated];
  const failed = younger.filter((one) => one.Status === "failed");
  const coming = younger.find((one) => !ended.includes(one.Status ?? "") && !undated.includes(one));
  if (coming !== undefined) notAvailable(coming, best?.snapshot.DBClusterSnapshotIdentifier);
  const copies = undated.filter(({ Status: status }) => status !== "failed" && status !== "deleting");
  const snapshot = best?.snapshot ?? copies.find((one) => one.Status === "available");
  const sources = new Set(copies.map((one) => one.SourceDBClusterSnapshotArn));
  if (snapshot !== undefined && copies.length > 0 && (best !== undefined || sources.size > 1))
    refuseUndated(best === undefined ? copies : [best.snapshot, ...copies]);
  if (snapshot === undefined) notAvailable(copies[0] ?? failed[0] ?? own[0] ?? {});
  return { snapshot, unproven: failed.length === 0 ? undefined : lostWith(failed, snapshot) };
}

/** What becomes nothing else any more; every other status is on its way to "available". */
const ended = ["available", "failed", "deleting"];

function isCopy({ SourceDBClusterSnapshotArn: source = "" }: DBClusterSnapshot): boolean {
  return source !== "";
}

/** What a copy was made of in the end, itself where it is none; undefined where the original is elsewhere, or gone. */
function originalOf(snapshot: DBClusterSnapshot, all: readonly DBClusterSnapshot[]): DBClusterSnapshot | undefined {
  if (!isCopy(snapshot)) return snapshot;
  const source = all.find((one) => one.DBClusterSnapshotArn === snapshot.SourceDBClusterSnapshotArn);
  return source && originalOf(source, all);
}

/** One that has no time yet is being made now. */
function timeOf({ SnapshotCreateTime: at }: DBClusterSnapshot): number {
  return at?.getTime() ?? Infinity;
}

function refuseUndated(snapshots: readonly DBClusterSnapshot[]): never {
  throw new ExpectedError(
    `Which snapshot holds the youngest data is not known: a copy tells when it was copied, and what it was copied from is not here:\n${listed(snapshots)}`,
    "Say which with --snapshot ID: one that CloudFormation took as it deleted the cluster, or a copy of that, holds all.",
  );
}

function lostWith(failed: readonly DBClusterSnapshot[], chosen: DBClusterSnapshot): string {
  const which = failed.map(
    (one) => `${one.DBClusterSnapshotIdentifier} (${one.SnapshotCreateTime?.toISOString() ?? "no time"})`,
  );
  return `a younger snapshot has failed: ${which.join(", ")}. What was written after ${chosen.DBClusterSnapshotIdentifier} (${chosen.SnapshotCreateTime?.toISOString() ?? "no time"}) is not in it, and will be missing.`;
}
