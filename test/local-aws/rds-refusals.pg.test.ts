import type { RDS } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clusterRequest, clustersOfWorld } from "./rds-clusters.ts";

const clusters = await clustersOfWorld();
const { world, rds, settled, makeCluster } = clusters;

beforeAll(() => makeCluster("old"));

afterAll(() => clusters[Symbol.asyncDispose]());

describe("what AWS refuses", () => {
  const refusals: readonly (readonly [what: string, error: string, call: (client: RDS) => Promise<unknown>])[] = [
    ["a name that is taken", "DBClusterAlreadyExistsFault", (client) => client.createDBCluster(clusterRequest("old"))],
    [
      "a version that the Region does not have",
      "InvalidParameterCombination",
      (client) => client.createDBCluster({ ...clusterRequest("x"), EngineVersion: "15.2" }),
    ],
    [
      "a parameter group of another family",
      "InvalidParameterCombination",
      (client) =>
        client.createDBCluster({ ...clusterRequest("x"), DBClusterParameterGroupName: "default.aurora-postgresql16" }),
    ],
    [
      "a security group of another VPC",
      "InvalidParameterCombination",
      (client) => client.createDBCluster({ ...clusterRequest("x"), VpcSecurityGroupIds: ["sg-elsewhere"] }),
    ],
    [
      "a subnet group that does not exist",
      "DBSubnetGroupNotFoundFault",
      (client) => client.createDBCluster({ ...clusterRequest("x"), DBSubnetGroupName: "none" }),
    ],
    [
      "a password with an @",
      "InvalidParameterValue",
      (client) => client.modifyDBCluster({ DBClusterIdentifier: "old", MasterUserPassword: "p@ssw0rd-is-long" }),
    ],
    [
      "a snapshot that does not exist",
      "DBClusterSnapshotNotFoundFault",
      (client) =>
        client.restoreDBClusterFromSnapshot({
          DBClusterIdentifier: "x",
          SnapshotIdentifier: "none",
          Engine: "aurora-postgresql",
        }),
    ],
    [
      "the deletion of a cluster with instances",
      "InvalidDBClusterStateFault",
      (client) => client.deleteDBCluster({ DBClusterIdentifier: "old", SkipFinalSnapshot: true }),
    ],
    [
      "a deletion that does not say what becomes of the data",
      "InvalidParameterCombination",
      (client) => client.deleteDBCluster({ DBClusterIdentifier: "old" }),
    ],
    [
      "a change of a default parameter group",
      "InvalidDBParameterGroupStateFault",
      (client) =>
        client.modifyDBClusterParameterGroup({
          DBClusterParameterGroupName: "default.aurora-postgresql15",
          Parameters: [{ ParameterName: "work_mem", ParameterValue: "65536", ApplyMethod: "immediate" }],
        }),
    ],
    [
      "an instance of a second cluster under the first one's name",
      "DBInstanceAlreadyExistsFault",
      (client) =>
        client.createDBInstance({
          DBInstanceIdentifier: "OLD-1",
          DBClusterIdentifier: "old",
          DBInstanceClass: "db.serverless",
          Engine: "aurora-postgresql",
        }),
    ],
    [
      "the deletion of a subnet group in use",
      "InvalidDBSubnetGroupStateFault",
      (client) => client.deleteDBSubnetGroup({ DBSubnetGroupName: "private" }),
    ],
    ["MaxRecords below 20", "InvalidParameterValue", (client) => client.describeDBClusters({ MaxRecords: 5 })],
    [
      "a member that the local AWS does not act on",
      "LocalAwsUnsupported",
      (client) => client.modifyDBCluster({ DBClusterIdentifier: "old", EngineVersion: "15.12" }),
    ],
  ];

  test.each(refusals)("%s: %s", async (_what, error, call) => {
    await expect(call(rds)).rejects.toThrow(expect.objectContaining({ name: error }));
    expect([...world.rds.clusters.keys()]).not.toContain("x");
  });

  test("a protected cluster is not deleted, and a busy one is not changed", async () => {
    await rds.modifyDBCluster({ DBClusterIdentifier: "old", DeletionProtection: true });
    await expect(rds.deleteDBCluster({ DBClusterIdentifier: "old", SkipFinalSnapshot: true })).rejects.toThrow(
      /protected/,
    );
    await rds.modifyDBCluster({ DBClusterIdentifier: "old", DeletionProtection: false });
    await rds.stopDBCluster({ DBClusterIdentifier: "old" });
    await expect(rds.modifyDBCluster({ DBClusterIdentifier: "old", DeletionProtection: true })).rejects.toThrow(
      expect.objectContaining({ name: "InvalidDBClusterStateFault" }),
    );
    await settled();
    await rds.startDBCluster({ DBClusterIdentifier: "old" });
    await settled();
  });
});
