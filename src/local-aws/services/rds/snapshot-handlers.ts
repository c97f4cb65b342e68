import type * as sdk from "@aws-sdk/client-rds";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import { describeSnapshot } from "./describe.ts";
import { invalidCombination, invalidValue, snapshotNotFound } from "./faults.ts";
import { named } from "./identifiers.ts";
import { listPage } from "./lists.ts";
import { snapshotNamed } from "./look-up.ts";
import type { RdsSdk } from "./sdk.ts";
import { beginSnapshot, removeSnapshot } from "./snapshots.ts";
import type { DbClusterSnapshot } from "./state.ts";
import { givenTags } from "./tags.ts";

const snapshotTypes = ["automated", "manual", "shared", "public", "awsbackup"];

/** DB cluster snapshots: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterSnapshot.html */
export const snapshotHandlers: Handlers<RdsSdk> = {
  DescribeDBClusterSnapshots(input, { world }) {
    const page = listPage(wantedSnapshots(world, input), input, {
      operation: "DescribeDBClusterSnapshots",
      keyOf: (snapshot) => snapshot.identifier,
      filters: {
        "db-cluster-id": (snapshot) => snapshot.clusterIdentifier,
        "db-cluster-snapshot-id": (snapshot) => snapshot.identifier,
        "snapshot-type": (snapshot) => snapshot.type,
        engine: () => "aurora-postgresql",
      },
    });
    return { DBClusterSnapshots: page.items.map(describeSnapshot), Marker: page.marker };
  },

  CreateDBClusterSnapshot(input, { world }) {
    supportsOnly(input, "DBClusterIdentifier", "DBClusterSnapshotIdentifier", "Tags");
    const begun = beginSnapshot(world, {
      clusterIdentifier: input.DBClusterIdentifier ?? "",
      snapshotIdentifier: input.DBClusterSnapshotIdentifier ?? "",
      type: "manual",
      tags: givenTags(input.Tags),
    });
    world.background(`snapshot ${begun.resource.identifier}`, begun.finish);
    return { DBClusterSnapshot: describeSnapshot(begun.resource) };
  },

  async DeleteDBClusterSnapshot(input, { world }) {
    const snapshot = snapshotNamed(world, input.DBClusterSnapshotIdentifier);
    if (snapshot.type === "automated" || snapshot.status === "creating") {
      const what = snapshot.type === "automated" ? "automated" : "being created";
      throw new AwsFault("InvalidDBClusterSnapshotStateFault", `The snapshot cannot be deleted: it is ${what}.`);
    }
    await removeSnapshot(world, snapshot);
    return { DBClusterSnapshot: describeSnapshot(snapshot) };
  },
};

/**
 * What the request names. An automated snapshot is found by its identifier only when SnapshotType is given too; a cluster that is gone
 * has its manual snapshots still (API reference, DescribeDBClusterSnapshots).
 */
function wantedSnapshots(world: World, input: sdk.DescribeDBClusterSnapshotsMessage): DbClusterSnapshot[] {
  const { DBClusterSnapshotIdentifier: name, DBClusterIdentifier: cluster, SnapshotType: type } = input;
  if (name !== undefined && cluster !== undefined) {
    throw invalidCombination("DBClusterIdentifier and DBClusterSnapshotIdentifier can not be used together.");
  }
  if (type !== undefined && !snapshotTypes.includes(type)) throw invalidValue(`Invalid snapshot type: ${type}`);
  if (name !== undefined) {
    const snapshot = snapshotNamed(world, name);
    if (snapshot.type !== (type ?? "manual")) throw snapshotNotFound(name);
    return [snapshot];
  }
  return [...world.rds.snapshots.values()].filter(
    (snapshot) =>
      (type === undefined || snapshot.type === type) &&
      (cluster === undefined || snapshot.clusterIdentifier === named(world, "cluster", cluster)) &&
      (input.DbClusterResourceId === undefined || snapshot.clusterResourceId === input.DbClusterResourceId),
  );
}
