import type { PostgresServer } from "../../postgres/server.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface DbInstance {
  readonly identifier: string;
  readonly arn: string;
  readonly clusterIdentifier: string;
  readonly instanceClass: string;
  readonly createdAt: Date;
  readonly tags: Tag[];
  status: string;
  /** `pending-reboot` when a static parameter of the cluster's group changed after this instance started. */
  parameterGroupStatus: "in-sync" | "pending-reboot";
}

export interface DbCluster {
  readonly identifier: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly createdAt: Date;
  readonly tags: Tag[];
  readonly engineVersion: string;
  readonly databaseName: string;
  readonly masterUsername: string;
  readonly storageEncrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly vpcId: string;
  readonly subnetGroup: string;
  /** Host and port that clients connect to (`localhost` and the server's own port). */
  readonly endpoint: string;
  readonly port: number;
  status: string;
  parameterGroup: string;
  securityGroupIds: string[];
  httpEndpointEnabled: boolean;
  deletionProtection: boolean;
  serverlessV2: { MinCapacity: number; MaxCapacity: number } | undefined;
  backupRetentionPeriod: number;
  instances: DbInstance[];
  /** The real server. It runs while the cluster has an available instance. */
  readonly server: PostgresServer;
}

export interface DbClusterSnapshot {
  readonly identifier: string;
  readonly arn: string;
  readonly type: "manual" | "automated";
  readonly clusterIdentifier: string;
  readonly clusterCreatedAt: Date;
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly databaseName: string;
  readonly port: number;
  readonly vpcId: string;
  readonly storageEncrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly createdAt: Date;
  readonly tags: Tag[];
  status: string;
  percentProgress: number;
  /** A copy of the cluster's data directory. */
  readonly dataDirectory: string;
}

export interface ClusterParameterGroup {
  readonly name: string;
  readonly arn: string;
  readonly family: string;
  readonly description: string;
  readonly tags: Tag[];
  /** Values that the user has set, by parameter name. */
  readonly values: Map<string, { value: string; applyMethod: "immediate" | "pending-reboot" }>;
}

export interface SubnetGroup {
  readonly name: string;
  readonly arn: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

export interface RdsState {
  readonly clusters: Map<string, DbCluster>;
  readonly snapshots: Map<string, DbClusterSnapshot>;
  readonly parameterGroups: Map<string, ClusterParameterGroup>;
  readonly subnetGroups: Map<string, SubnetGroup>;
  /** Engine versions that can be created or restored now, oldest first. */
  readonly engineVersions: readonly string[];
}
