import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import { beginCreateCluster, beginRestoreCluster } from "./create-cluster.ts";
import { beginDeleteCluster } from "./delete-cluster.ts";
import { describeCluster } from "./describe.ts";
import { listPage } from "./lists.ts";
import { clusterNamed } from "./look-up.ts";
import { beginModifyCluster, beginStartCluster, beginStopCluster } from "./modify-cluster.ts";
import type { Begun } from "./begun.ts";
import type { RdsSdk } from "./sdk.ts";
import type { DbCluster } from "./state.ts";

/** What creating and restoring have in common. */
const placementMembers = [
  "DBClusterIdentifier",
  "Engine",
  "EngineVersion",
  "EngineMode",
  "Port",
  "DBSubnetGroupName",
  "VpcSecurityGroupIds",
  "DBClusterParameterGroupName",
  "ServerlessV2ScalingConfiguration",
  "DeletionProtection",
  "CopyTagsToSnapshot",
  "BackupRetentionPeriod",
  "KmsKeyId",
  "EngineLifecycleSupport",
  "Tags",
] as const;

/** DB clusters: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html */
export const clusterHandlers: Handlers<RdsSdk> = {
  DescribeDBClusters(input, { world }) {
    const { clusters } = world.rds;
    const named = input.DBClusterIdentifier;
    const wanted = named === undefined ? [...clusters.values()] : [clusterNamed(world, named)];
    const page = listPage(wanted, input, {
      operation: "DescribeDBClusters",
      keyOf: (cluster) => cluster.identifier,
      filters: {
        "db-cluster-id": (cluster) => cluster.identifier,
        "db-cluster-resource-id": (cluster) => cluster.resourceId,
        engine: () => "aurora-postgresql",
      },
    });
    return { DBClusters: page.items.map((cluster) => describeCluster(world, cluster)), Marker: page.marker };
  },

  async CreateDBCluster(input, { world }) {
    const own = [
      "DatabaseName",
      "MasterUsername",
      "MasterUserPassword",
      "StorageEncrypted",
      "EnableHttpEndpoint",
    ] as const;
    supportsOnly(input, ...placementMembers, ...own);
    return accept(world, "creation", await beginCreateCluster(world, input));
  },

  async RestoreDBClusterFromSnapshot(input, { world }) {
    supportsOnly(input, ...placementMembers, "SnapshotIdentifier");
    return accept(world, "restore", await beginRestoreCluster(world, input));
  },

  ModifyDBCluster(input, { world }) {
    supportsOnly(
      input,
      "DBClusterIdentifier",
      "ApplyImmediately",
      "MasterUserPassword",
      "VpcSecurityGroupIds",
      "DBClusterParameterGroupName",
      "ServerlessV2ScalingConfiguration",
      "DeletionProtection",
      "CopyTagsToSnapshot",
      "BackupRetentionPeriod",
    );
    return accept(world, "change", beginModifyCluster(world, input));
  },

  DeleteDBCluster(input, { world }) {
    return accept(world, "deletion", beginDeleteCluster(world, input));
  },

  StartDBCluster(input, { world }) {
    return accept(world, "start", beginStartCluster(world, input.DBClusterIdentifier));
  },

  StopDBCluster(input, { world }) {
    return accept(world, "stop", beginStopCluster(world, input.DBClusterIdentifier));
  },

  EnableHttpEndpoint: (input, { world }) => setHttpEndpoint(world, input.ResourceArn, true),
  DisableHttpEndpoint: (input, { world }) => setHttpEndpoint(world, input.ResourceArn, false),
};

function accept(world: World, what: string, begun: Begun<DbCluster>) {
  world.background(`${what} of cluster ${begun.resource.identifier}`, begun.finish);
  return { DBCluster: describeCluster(world, begun.resource) };
}

/** Switches the Data API on or off; these two operations have faults of their own. */
function setHttpEndpoint(world: World, arn: string | undefined, enabled: boolean) {
  const cluster = [...world.rds.clusters.values()].find((candidate) => candidate.arn === arn);
  if (!cluster) throw new AwsFault("ResourceNotFoundFault", `The resource ${arn} was not found.`, 404);
  if (cluster.status !== "available") {
    throw new AwsFault("InvalidResourceStateFault", `The cluster is in the state ${cluster.status}.`);
  }
  cluster.httpEndpointEnabled = enabled;
  return { ResourceArn: cluster.arn, HttpEndpointEnabled: enabled };
}
