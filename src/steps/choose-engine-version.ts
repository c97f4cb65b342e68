import { compareVersions } from "../database/compare-versions.ts";
import { ExpectedError } from "../errors.ts";

/**
 * The version to restore a snapshot with: its own where it can still be had, else the lowest that is not below it and not above
 * the target's (DMS refuses a source that is newer than its target). Throws an ExpectedError that lists the choices.
 */
export function chooseEngineVersion(
  snapshotVersion: string,
  available: readonly string[],
  targetVersion: string,
): { readonly version: string; readonly reason: string } {
  if (compareVersions(snapshotVersion, targetVersion) > 0)
    throw new ExpectedError(
      `The snapshot is of engine version ${snapshotVersion}, newer than the new cluster's ${targetVersion}: DMS loads into the same or a newer version only.`,
      `Upgrade the new cluster to ${snapshotVersion} or later, then run this again. Nothing was made.`,
    );
  if (available.includes(snapshotVersion)) return { version: snapshotVersion, reason: "the snapshot's own version" };
  const version = available
    .filter((one) => compareVersions(one, snapshotVersion) >= 0 && compareVersions(one, targetVersion) <= 0)
    .toSorted(compareVersions)[0];
  if (version !== undefined)
    return {
      version,
      reason: `${snapshotVersion} can no longer be restored; the lowest version that can, not above the new cluster's ${targetVersion}`,
    };
  throw new ExpectedError(
    `The snapshot is of engine version ${snapshotVersion}, which can no longer be restored, and no version up to the new cluster's ${targetVersion} is available.`,
    `Available: ${available.join(", ")}. Upgrade the new cluster to one of them that is not below ${snapshotVersion}, then run this again.`,
  );
}
