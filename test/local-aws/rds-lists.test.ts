import { RDS, paginateDescribeDBClusterParameters, paginateDescribeDBEngineVersions } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { type DbClusterSnapshot, newRdsState } from "../../src/local-aws/services/rds/state.ts";
import { rdsService } from "../../src/local-aws/services/rds/service.ts";
import { serveSmallWorld, smallWorld } from "./small-world.ts";

/** A Region that cannot create 15.3 any more. */
async function regionWithout153() {
  const small = smallWorld();
  const world = { ...small, rds: newRdsState(small, ["14.9", "15.10", "15.12", "16.3", "16.6"]) };
  return serveSmallWorld([rdsService()], { worldOf: () => world });
}

async function versions(filter: { EngineVersion?: string; IncludeAll?: boolean; DefaultOnly?: boolean }) {
  await using served = await regionWithout153();
  const found = [];
  const pages = paginateDescribeDBEngineVersions({ client: served.rds }, { Engine: "aurora-postgresql", ...filter });
  for await (const page of pages) found.push(...(page.DBEngineVersions ?? []));
  return found;
}

test("the versions that can be had now are listed; others are deprecated, and listed when all are wanted", async () => {
  const available = await versions({});
  expect(available.map((version) => version.EngineVersion)).toEqual(["14.9", "15.10", "15.12", "16.3", "16.6"]);
  expect(await versions({ EngineVersion: "15.3" })).toEqual([]);
  expect(await versions({ EngineVersion: "15.3", IncludeAll: true })).toMatchObject([
    { EngineVersion: "15.3", Status: "deprecated", DBParameterGroupFamily: "aurora-postgresql15" },
  ]);
});

test("a version tells what it can be upgraded to, by minor and major versions, and its capacity", async () => {
  const [version] = await versions({ EngineVersion: "15.3", IncludeAll: true });
  expect(version?.ValidUpgradeTarget?.map((target) => [target.EngineVersion, target.IsMajorVersionUpgrade])).toEqual([
    ["15.10", false],
    ["15.12", false],
    ["16.3", true],
    ["16.6", true],
  ]);
  expect(version?.ServerlessV2FeaturesSupport).toEqual({ MinCapacity: 0.5, MaxCapacity: 128 });
  expect((await versions({ DefaultOnly: true }))[0]?.EngineVersion).toBe("15.12");
});

test("a parameter group shows the user's values and the engine's, and refuses what it cannot take", async () => {
  await using served = await regionWithout153();
  const rds = new RDS(served.settings);
  const name = { DBClusterParameterGroupName: "mine" };
  await rds.createDBClusterParameterGroup({
    ...name,
    DBParameterGroupFamily: "aurora-postgresql15",
    Description: "test",
  });
  const set = (ParameterName: string, ParameterValue: string, ApplyMethod: "immediate" | "pending-reboot") =>
    rds.modifyDBClusterParameterGroup({ ...name, Parameters: [{ ParameterName, ParameterValue, ApplyMethod }] });
  const parameters = async (Source: string) => {
    const found = [];
    const pages = paginateDescribeDBClusterParameters({ client: rds }, { ...name, Source });
    for await (const page of pages) found.push(...(page.Parameters ?? []));
    return found;
  };

  await set("rds.logical_replication", "1", "pending-reboot");
  expect(await parameters("user")).toMatchObject([
    { ParameterName: "rds.logical_replication", ParameterValue: "1", ApplyType: "static", Source: "user" },
  ]);
  expect((await parameters("engine-default")).length).toBeGreaterThan(15);
  await expect(set("rds.logical_replication", "1", "immediate")).rejects.toThrow(/static/);
  await expect(set("nonsense", "1", "immediate")).rejects.toThrow(/Could not find/);
  await expect(set("work_mem", "1", "immediate")).rejects.toThrow(/allowed values/);
});

const foreign = "arn:aws:rds:us-east-1:999900001111:cluster-snapshot:theirs";

/** A snapshot as another account has it, ready to be shared. */
function snapshotOfAnother(more: Partial<DbClusterSnapshot> = {}): DbClusterSnapshot {
  return {
    identifier: "theirs",
    arn: foreign,
    type: "manual",
    clusterIdentifier: "old",
    clusterResourceId: "cluster-A",
    clusterCreatedAt: new Date(),
    engineVersion: "15.10",
    masterUsername: "postgres",
    databaseName: "postgres",
    port: 5432,
    vpcId: "vpc-theirs",
    storageEncrypted: true,
    kmsKeyId: "theirs",
    createdAt: new Date(),
    tags: [],
    sharedWith: new Set(),
    status: "available",
    percentProgress: 100,
    dataDirectory: "/nonexistent",
    ...more,
  };
}

test("a snapshot that another account shares is listed when it is asked for, by its ARN; encrypted, it is not restored", async () => {
  const snapshot = snapshotOfAnother();
  const other = smallWorld("999900001111");
  other.rds.snapshots.set(snapshot.identifier, snapshot);
  const world = { ...smallWorld(), neighbours: () => [other] };
  await using served = await serveSmallWorld([rdsService()], { worldOf: () => world });
  const rds = new RDS(served.settings);
  const listed = async (input: {
    IncludeShared?: boolean;
    SnapshotType?: string;
    DBClusterSnapshotIdentifier?: string;
  }) => (await rds.describeDBClusterSnapshots(input)).DBClusterSnapshots;
  expect(await listed({ IncludeShared: true })).toEqual([]);
  snapshot.sharedWith.add(world.accountId);
  expect(await listed({})).toEqual([]);
  const [seen] = (await listed({ IncludeShared: true })) ?? [];
  expect(seen).toMatchObject({ DBClusterSnapshotIdentifier: foreign, SnapshotType: "shared", VpcId: "vpc-theirs" });
  expect(await listed({ SnapshotType: "shared", DBClusterSnapshotIdentifier: foreign })).toHaveLength(1);
  expect(await listed({ SnapshotType: "manual" })).toEqual([]);
  const restored = rds.restoreDBClusterFromSnapshot({
    DBClusterIdentifier: "mine",
    SnapshotIdentifier: foreign,
    Engine: "aurora-postgresql",
  });
  await expect(restored).rejects.toThrow(expect.objectContaining({ name: "KMSKeyNotAccessibleFault" }));
});

test("tags are kept by ARN, whatever has one", async () => {
  await using served = await regionWithout153();
  const rds = new RDS(served.settings);
  const ResourceName = "arn:aws:rds:us-east-1:111122223333:cluster-pg:default.aurora-postgresql15";
  await rds.addTagsToResource({
    ResourceName,
    Tags: [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ],
  });
  await rds.addTagsToResource({ ResourceName, Tags: [{ Key: "a", Value: "3" }] });
  await rds.removeTagsFromResource({ ResourceName, TagKeys: ["b", "c"] });
  expect((await rds.listTagsForResource({ ResourceName })).TagList).toEqual([{ Key: "a", Value: "3" }]);
  const missing = { ResourceName: ResourceName.replace("cluster-pg:default.aurora-postgresql15", "cluster:none") };
  await expect(rds.listTagsForResource(missing)).rejects.toThrow(
    expect.objectContaining({ name: "DBClusterNotFoundFault" }),
  );
});
