import type { Run } from "../provision/run.ts";
import { preparedSnapshots } from "./prepared-snapshot.ts";
import { targetSnapshotsOf } from "./target-snapshot.ts";

/** What is to be said of the snapshots that a run leaves on purpose, each with the command that deletes it. */
export function keptSnapshots(run: Run): readonly string[] {
  const before = preparedSnapshots(run)
    .filter((one) => one.taken && one.arn !== null)
    .map(({ name, cluster }) => `Snapshot ${name} of ${cluster} stays: ${keepingOld(name)}`);
  const target = targetSnapshotsOf(run).map(
    (name) => `Snapshot ${name} of the new cluster before the load stays. ${untilDeleted(name)}`,
  );
  return [...before, ...target];
}

/** Why a snapshot of the old cluster is kept. */
export function keepingOld(name: string): string {
  return `it may become the only copy of the old data. ${untilDeleted(name)}`;
}

/** Manual snapshots are billed as backup storage: https://aws.amazon.com/rds/aurora/pricing/ (0.021 USD a GB-month in us-east-1). */
function untilDeleted(name: string): string {
  return `It costs about 0.02 USD a GB and month; when you need it no more: aws rds delete-db-cluster-snapshot --db-cluster-snapshot-identifier ${name}`;
}
