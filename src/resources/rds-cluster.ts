import type { DBCluster } from "@aws-sdk/client-rds";
import type { AwsClients } from "../aws/clients.ts";
import { unlessAws } from "../aws/errors.ts";
import { allClusters } from "../aws/db-clusters.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { refuseHopeless } from "./hopeless-statuses.ts";
import { oursAmong, ownerOfTags, tagsOfRun } from "./tags.ts";

/** A cluster as RDS describes it now; undefined where there is none of that identifier. */
export async function describeCluster(aws: AwsClients, identifier: string): Promise<DBCluster | undefined> {
  const answer = await unlessAws(["DBClusterNotFoundFault"], () =>
    aws.rds.describeDBClusters({ DBClusterIdentifier: identifier }),
  );
  return answer?.DBClusters?.[0];
}

/** An Aurora cluster (storage and endpoints; its instance is a resource of its own). */
export const rdsCluster: ResourceKind<DBCluster> = {
  kind: "rds-cluster",
  needs: ["rds-cluster-parameter-group", "ec2-security-group"],
  busyErrors: ["InvalidDBClusterStateFault"],
  timeoutMinutes: 120,
  async find({ aws }, name) {
    const cluster = await describeCluster(aws, name);
    return cluster === undefined ? undefined : { state: cluster, ...ownerOfTags(cluster.TagList) };
  },
  async names({ aws }) {
    return oursAmong((await allClusters(aws)).map((one) => one.DBClusterIdentifier));
  },
  look(cluster) {
    const status = cluster.Status ?? "unknown";
    if (status === "available") return { done: true, value: cluster };
    refuseHopeless(`Cluster ${cluster.DBClusterIdentifier}`, status);
    return { done: false, state: status };
  },
  facts: (cluster) => ({
    arn: cluster.DBClusterArn ?? "",
    endpoint: cluster.Endpoint ?? "",
    port: String(cluster.Port ?? ""),
    engineVersion: cluster.EngineVersion ?? "",
  }),
  async remove({ aws }, name, cluster) {
    if (cluster.Status === "deleting") return;
    await aws.rds.deleteDBCluster({ DBClusterIdentifier: name, SkipFinalSnapshot: true });
  },
};

export interface RestoredClusterSpec {
  readonly run: RunOwner;
  readonly name: string;
  readonly snapshotArn: string;
  readonly engineVersion: string;
  readonly subnetGroup: string;
  /** Groups besides the run's own. */
  readonly securityGroupIds: readonly string[];
  readonly securityGroup: Resource<{ GroupId?: string | undefined }>;
  /** The engine version's default group when undefined. */
  readonly parameterGroup: string | undefined;
  /** As the snapshot when null: encrypted with the same key, or not at all. */
  readonly kmsKeyId: string | null;
  /** Minutes to wait for it, where they are not the kind's own. */
  readonly timeoutMinutes: number | undefined;
}

/** The temporary cluster, restored from the old one's snapshot. */
export function restoredCluster(aws: AwsClients, spec: RestoredClusterSpec): Resource<DBCluster> {
  return {
    kind: rdsCluster,
    name: spec.name,
    timeoutMinutes: spec.timeoutMinutes,
    async create(stateOf) {
      const ownGroup = stateOf(spec.securityGroup).GroupId;
      await aws.rds.restoreDBClusterFromSnapshot({
        DBClusterIdentifier: spec.name,
        SnapshotIdentifier: spec.snapshotArn,
        Engine: "aurora-postgresql",
        // Left out, RDS takes the Region's default version, not the snapshot's.
        EngineVersion: spec.engineVersion,
        DBSubnetGroupName: spec.subnetGroup,
        VpcSecurityGroupIds: [...(ownGroup === undefined ? [] : [ownGroup]), ...spec.securityGroupIds],
        ...(spec.parameterGroup !== undefined && { DBClusterParameterGroupName: spec.parameterGroup }),
        ...(spec.kmsKeyId !== null && { KmsKeyId: spec.kmsKeyId }),
        // Not below 0.5: at 0 the cluster may pause between two steps.
        ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 8 },
        DeletionProtection: false,
        Tags: tagsOfRun(spec.run),
      });
    },
  };
}
