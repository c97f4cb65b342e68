import type * as sdk from "@aws-sdk/client-rds";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import { describeSnapshot } from "./describe.ts";
import { invalidCombination, invalidValue, snapshotNotFound } from "./faults.ts";
import { named } from "./identifiers.ts";
import { listPage } from "./lists.ts";
import { sharedSnapshots, snapshotNamed, snapshotToRestore } from "./look-up.ts";
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
        "snapshot-type": (snapshot) => describeFor(world, snapshot).SnapshotType ?? "",
        engine: () => "aurora-postgresql",
      },
    });
    return { DBClusterSnapshots: page.items.map((snapshot) => describeFor(world, snapshot)), Marker: page.marker };
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

  /** Shares a manual snapshot with other accounts, or no longer. */
  ModifyDBClusterSnapshotAttribute(input, { world }) {
    supportsOnly(input, "DBClusterSnapshotIdentifier", "AttributeName", "ValuesToAdd", "ValuesToRemove");
    const snapshot = snapshotNamed(world, input.DBClusterSnapshotIdentifier);
    if (input.AttributeName !== "restore") throw invalidValue(`Invalid attribute: ${input.AttributeName}`);
    if (snapshot.type !== "manual") {
      throw new AwsFault("InvalidDBClusterSnapshotStateFault", "Only a manual snapshot can be shared.");
    }
    const { ValuesToAdd: added = [], ValuesToRemove: removed = [] } = input;
    const wrong = [...added, ...removed].find((account) => !/^\d{12}$/.test(account));
    if (wrong !== undefined) throw invalidValue(`The local AWS shares with accounts, not with ${wrong}.`);
    for (const account of added) snapshot.sharedWith.add(account);
    for (const account of removed) snapshot.sharedWith.delete(account);
    return { DBClusterSnapshotAttributesResult: describeAttributes(snapshot) };
  },

  DescribeDBClusterSnapshotAttributes(input, { world }) {
    const snapshot = snapshotNamed(world, input.DBClusterSnapshotIdentifier);
    return { DBClusterSnapshotAttributesResult: describeAttributes(snapshot) };
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

function describeAttributes(snapshot: DbClusterSnapshot): sdk.DBClusterSnapshotAttributesResult {
  return {
    DBClusterSnapshotIdentifier: snapshot.identifier,
    DBClusterSnapshotAttributes: [{ AttributeName: "restore", AttributeValues: [...snapshot.sharedWith] }],
  };
}

/** As this account sees it: what another one shares is of type "shared", and named by its ARN. */
function describeFor(world: World, snapshot: DbClusterSnapshot): sdk.DBClusterSnapshot {
  const described = describeSnapshot(snapshot);
  if (world.rds.snapshots.get(snapshot.identifier) === snapshot) return described;
  return { ...described, DBClusterSnapshotIdentifier: snapshot.arn, SnapshotType: "shared", TagList: [] };
}

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
    const snapshot =
      type === "shared" || input.IncludeShared ? snapshotToRestore(world, name) : snapshotNamed(world, name);
    const seen = describeFor(world, snapshot).SnapshotType;
    if (seen !== (type ?? "manual") && !(type === undefined && seen === "shared")) throw snapshotNotFound(name);
    return [snapshot];
  }
  const shared = type === "shared" || input.IncludeShared ? sharedSnapshots(world) : [];
  return [...world.rds.snapshots.values(), ...shared].filter(
    (snapshot) =>
      (type === undefined || describeFor(world, snapshot).SnapshotType === type) &&
      (cluster === undefined || snapshot.clusterIdentifier === named(world, "cluster", cluster)) &&
      (input.DbClusterResourceId === undefined || snapshot.clusterResourceId === input.DbClusterResourceId),
  );
}
