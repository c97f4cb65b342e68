import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { automatedSnapshotName } from "../../src/local-aws/services/rds/snapshots.ts";
import { takeSnapshot } from "../../src/local-aws/services/rds/to-completion.ts";
import { clusterRequest, clustersOfWorld, firstPassword as first } from "./rds-clusters.ts";

const second = "second-Password-2";

const clusters = await clustersOfWorld();
const { world, rds, settled, failures, makeCluster, makeInstance, removeCluster } = clusters;
const { clusterOf, query, statusesOf, clusterStatus } = clusters;

beforeAll(async () => {
  await makeCluster("old", { DatabaseName: "postgres", Tags: [{ Key: "stack", Value: "Chat" }] });
  await query("old", "create extension vector");
  await query("old", "create table items (id int primary key, embedding vector(3))");
  await query("old", "insert into items select n, array[n, n, n] from generate_series(1, 100) n");
});

beforeEach(() => expect(failures).toEqual([]));

afterAll(() => clusters[Symbol.asyncDispose]());

describe("a cluster", () => {
  test("is reached by the endpoint that it is described with, and shows what it was made with", async () => {
    const cluster = await clusterOf("old");
    expect(cluster).toMatchObject({
      DBClusterArn: "arn:aws:rds:us-east-1:111122223333:cluster:old",
      Status: "available",
      Engine: "aurora-postgresql",
      EngineVersion: "15.3",
      Endpoint: "localhost",
      DBSubnetGroup: "private",
      VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-default", Status: "active" }],
      StorageEncrypted: false,
      HttpEndpointEnabled: false,
      DBClusterParameterGroup: "default.aurora-postgresql15",
      DBClusterMembers: [
        { DBInstanceIdentifier: "old-1", IsClusterWriter: true, DBClusterParameterGroupStatus: "in-sync" },
      ],
      TagList: [{ Key: "stack", Value: "Chat" }],
    });
    expect(await query("old", "select count(*)::int as n from items")).toEqual([{ n: 100 }]);
    await expect(clusterOf(cluster.DBClusterArn ?? "")).resolves.toMatchObject({ DBClusterIdentifier: "old" });
    const anothers = clusterOf("arn:aws:rds:us-east-1:999999999999:cluster:old");
    await expect(anothers).rejects.toThrow(expect.objectContaining({ name: "DBClusterNotFoundFault" }));
  });

  test("is created without a server to reach: that comes with its first instance", async () => {
    const begin = () => rds.createDBCluster({ ...clusterRequest("Bare"), StorageEncrypted: true });
    expect(await statusesOf(clusterStatus("bare"), begin)).toEqual(["creating", "available"]);
    await expect(query("bare", "select 1")).rejects.toThrow(/ECONNREFUSED/);
    expect(await clusterOf("bare")).toMatchObject({ StorageEncrypted: true, DBClusterMembers: [] });
    await removeCluster("bare");
    await expect(clusterOf("bare")).rejects.toThrow(expect.objectContaining({ name: "DBClusterNotFoundFault" }));
  });

  test("takes a new password a moment after the call, and then no other", async () => {
    const change = (password: string) => () =>
      rds.modifyDBCluster({ DBClusterIdentifier: "old", MasterUserPassword: password, ApplyImmediately: true });
    const seen = await statusesOf(clusterStatus("old"), change(second));
    expect(seen).toEqual(["available", "resetting-master-credentials", "available"]);
    await expect(query("old", "select 1")).rejects.toThrow(/password authentication failed/);
    expect(await query("old", "select 1 as one", second)).toEqual([{ one: 1 }]);
    const { PendingModifiedValues } = await change(first)().then(() => clusterOf("old"));
    expect(PendingModifiedValues).toEqual({ MasterUserPassword: "****" });
    await settled();
  });

  test("refuses connections while it is stopped, and has its data when it is started", async () => {
    const stop = () => rds.stopDBCluster({ DBClusterIdentifier: "old" });
    expect(await statusesOf(clusterStatus("old"), stop)).toEqual(["stopping", "stopped"]);
    await expect(query("old", "select 1")).rejects.toThrow(/ECONNREFUSED/);
    const start = () => rds.startDBCluster({ DBClusterIdentifier: "old" });
    expect(await statusesOf(clusterStatus("old"), start)).toEqual(["starting", "available"]);
    expect(await query("old", "select count(*)::int as n from items")).toEqual([{ n: 100 }]);
  });

  test("has its Data API switched by operations of its own", async () => {
    const ResourceArn = (await clusterOf("old")).DBClusterArn;
    await rds.enableHttpEndpoint({ ResourceArn });
    expect(await clusterOf("old")).toMatchObject({ HttpEndpointEnabled: true });
    await rds.disableHttpEndpoint({ ResourceArn });
    expect(await clusterOf("old")).toMatchObject({ HttpEndpointEnabled: false });
    await expect(rds.enableHttpEndpoint({ ResourceArn: `${ResourceArn}x` })).rejects.toThrow(
      expect.objectContaining({ name: "ResourceNotFoundFault" }),
    );
  });
});

describe("a snapshot", () => {
  test("holds the data of its moment; a restore has it, and the snapshot's password until it is changed", async () => {
    const begin = () => rds.createDBClusterSnapshot({ DBClusterIdentifier: "old", DBClusterSnapshotIdentifier: "s1" });
    expect(await statusesOf(clusterStatus("old"), begin)).toEqual(["backing-up", "available"]);
    await query("old", "insert into items values (0, '[0,0,0]')");

    await rds.createDBClusterParameterGroup({
      DBClusterParameterGroupName: "logical",
      DBParameterGroupFamily: "aurora-postgresql15",
      Description: "test",
    });
    await rds.modifyDBClusterParameterGroup({
      DBClusterParameterGroupName: "logical",
      Parameters: [
        { ParameterName: "rds.logical_replication", ParameterValue: "1", ApplyMethod: "pending-reboot" },
        { ParameterName: "wal_sender_timeout", ParameterValue: "0", ApplyMethod: "immediate" },
      ],
    });
    const restore = () =>
      rds.restoreDBClusterFromSnapshot({
        DBClusterIdentifier: "copy",
        SnapshotIdentifier: `arn:aws:rds:us-east-1:111122223333:cluster-snapshot:s1`,
        Engine: "aurora-postgresql",
        EngineVersion: "15.10",
        DBSubnetGroupName: "private",
        VpcSecurityGroupIds: ["sg-db"],
        DBClusterParameterGroupName: "logical",
        ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 8 },
        KmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/k",
        Tags: [{ Key: "run", Value: "r1" }],
      });
    expect(await statusesOf(clusterStatus("copy"), restore)).toEqual(["creating", "available"]);
    await makeInstance("copy");

    expect(await clusterOf("copy")).toMatchObject({
      EngineVersion: "15.10",
      MasterUsername: "postgres",
      StorageEncrypted: true,
      VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-db" }],
      TagList: [{ Key: "run", Value: "r1" }],
    });
    expect(await query("copy", "select count(*)::int as n from items")).toEqual([{ n: 100 }]);
    expect(await query("copy", "show wal_level")).toEqual([{ wal_level: "logical" }]);
    expect(await query("copy", "show wal_sender_timeout")).toEqual([{ wal_sender_timeout: "0" }]);
    await removeCluster("copy");
  });

  test("is left by a cluster's deletion with the data as it was at the end, and automated ones go with it", async () => {
    await makeCluster("leaving");
    await query("leaving", "create table t as select 7 as n");
    const snapshotIdentifier = automatedSnapshotName("leaving", new Date("2024-06-01T03:05:07Z"));
    expect(snapshotIdentifier).toBe("rds:leaving-2024-06-01-03-05");
    await takeSnapshot(world, { clusterIdentifier: "leaving", snapshotIdentifier, type: "automated" });
    const named = { DBClusterSnapshotIdentifier: snapshotIdentifier };
    await expect(rds.describeDBClusterSnapshots(named)).rejects.toThrow(/not found/);
    const { DBClusterSnapshots: found } = await rds.describeDBClusterSnapshots({ ...named, SnapshotType: "automated" });
    expect(found).toMatchObject([{ SnapshotType: "automated", Status: "available", PercentProgress: 100 }]);

    await rds.deleteDBInstance({ DBInstanceIdentifier: "leaving-1", SkipFinalSnapshot: true });
    const end = () => rds.deleteDBCluster({ DBClusterIdentifier: "leaving", FinalDBSnapshotIdentifier: "Final" });
    expect(await statusesOf(clusterStatus("leaving"), end)).toEqual(["deleting"]);
    const left = await rds.describeDBClusterSnapshots({ DBClusterIdentifier: "leaving" });
    expect(left.DBClusterSnapshots).toMatchObject([{ DBClusterSnapshotIdentifier: "final", SnapshotType: "manual" }]);

    await rds.restoreDBClusterFromSnapshot({
      DBClusterIdentifier: "back",
      SnapshotIdentifier: "final",
      Engine: "aurora-postgresql",
      DBSubnetGroupName: "private",
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 1 },
    });
    await settled();
    await makeInstance("back");
    expect(await clusterOf("back")).toMatchObject({ EngineVersion: "15.12" }); // the Region's default, not 15.3
    expect(await query("back", "select n from t")).toEqual([{ n: 7 }]);
    await removeCluster("back");
  });

  test("of a deleted cluster is kept with the automated backups, when the deletion says so", async () => {
    await makeCluster("kept");
    await takeSnapshot(world, { clusterIdentifier: "kept", snapshotIdentifier: "rds:kept-1", type: "automated" });
    await rds.deleteDBInstance({ DBInstanceIdentifier: "kept-1" });
    await rds.deleteDBCluster({
      DBClusterIdentifier: "kept",
      SkipFinalSnapshot: true,
      DeleteAutomatedBackups: false,
    });
    await settled();
    const { DBClusterSnapshots } = await rds.describeDBClusterSnapshots({ SnapshotType: "automated" });
    expect(DBClusterSnapshots).toMatchObject([{ DBClusterSnapshotIdentifier: "rds:kept-1" }]);
    const { DBClusterAutomatedBackups } = await rds.describeDBClusterAutomatedBackups({ DBClusterIdentifier: "kept" });
    expect(DBClusterAutomatedBackups).toMatchObject([{ Status: "retained", EngineVersion: "15.3" }]);
  });
});

describe("an instance", () => {
  test("takes static parameters at its reboot and dynamic ones at once", async () => {
    await rds.createDBClusterParameterGroup({
      DBClusterParameterGroupName: "own",
      DBParameterGroupFamily: "aurora-postgresql15",
      Description: "test",
    });
    await makeCluster("tuned", { DBClusterParameterGroupName: "own" });
    const set = (ParameterName: string, ParameterValue: string, ApplyMethod: "immediate" | "pending-reboot") =>
      rds.modifyDBClusterParameterGroup({
        DBClusterParameterGroupName: "own",
        Parameters: [{ ParameterName, ParameterValue, ApplyMethod }],
      });
    const memberStatus = async () => (await clusterOf("tuned")).DBClusterMembers?.[0]?.DBClusterParameterGroupStatus;
    await set("statement_timeout", "45000", "immediate");
    await set("rds.logical_replication", "1", "pending-reboot");
    await settled();
    await vi.waitFor(async () => {
      expect(await query("tuned", "show statement_timeout")).toEqual([{ statement_timeout: "45s" }]);
    });
    expect(await query("tuned", "show wal_level")).toEqual([{ wal_level: "replica" }]);
    expect(await memberStatus()).toBe("pending-reboot");

    const reader = { DBInstanceIdentifier: "tuned-2", DBInstanceClass: "db.serverless", Engine: "aurora-postgresql" };
    await rds.createDBInstance({ ...reader, DBClusterIdentifier: "tuned" });
    await settled();
    expect(await memberStatus()).toBe("pending-reboot"); // the writer has not been restarted
    await rds.deleteDBInstance({ DBInstanceIdentifier: "tuned-2" });
    await settled();

    const instanceStatus = () => world.rds.clusters.get("tuned")?.instances[0]?.status;
    const reboot = () => rds.rebootDBInstance({ DBInstanceIdentifier: "tuned-1" });
    expect(await statusesOf(instanceStatus, reboot)).toEqual(["rebooting", "available"]);
    expect(await query("tuned", "show wal_level")).toEqual([{ wal_level: "logical" }]);
    expect(await memberStatus()).toBe("in-sync");

    await expect(rds.deleteDBClusterParameterGroup({ DBClusterParameterGroupName: "own" })).rejects.toThrow(
      expect.objectContaining({ name: "InvalidDBParameterGroupStateFault" }),
    );
    await removeCluster("tuned");
    await rds.deleteDBClusterParameterGroup({ DBClusterParameterGroupName: "own" });
  });

  test("when the last one is deleted, the server is gone before the instance is", async () => {
    await makeCluster("short");
    await rds.deleteDBInstance({ DBInstanceIdentifier: "short-1" });
    await vi.waitFor(() => expect(query("short", "select 1")).rejects.toThrow(/ECONNREFUSED/));
    await settled();
    await expect(rds.describeDBInstances({ DBInstanceIdentifier: "short-1" })).rejects.toThrow(
      expect.objectContaining({ name: "DBInstanceNotFoundFault" }),
    );
    await removeCluster("short");
  });
});
