import { arnOf, type Place } from "../../arn.ts";
import type { PostgresServer } from "../../postgres/server.ts";
import { defaultGroupName, familyOf, releasedVersions } from "./versions.ts";
import type { OneAtATime } from "./one-at-a-time.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface DbInstance {
  readonly identifier: string;
  readonly arn: string;
  readonly clusterIdentifier: string;
  readonly resourceId: string;
  readonly createdAt: Date;
  readonly tags: Tag[];
  instanceClass: string;
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
  copyTagsToSnapshot: boolean;
  serverlessV2: { MinCapacity: number; MaxCapacity: number } | undefined;
  backupRetentionPeriod: number;
  /** A new master password is on its way. */
  passwordPending: boolean;
  instances: DbInstance[];
  /** The real server. It runs while the cluster has an available instance. */
  readonly server: PostgresServer;
  /** What starts, stops, copies or alters the server goes through here. */
  readonly oneAtATime: OneAtATime;
}

export interface DbClusterSnapshot {
  readonly identifier: string;
  readonly arn: string;
  readonly type: "manual" | "automated";
  readonly clusterIdentifier: string;
  readonly clusterResourceId: string;
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
  /** Accounts that may restore it, besides its own. */
  readonly sharedWith: Set<string>;
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
  readonly description: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly tags: Tag[];
}

export interface RdsState {
  readonly clusters: Map<string, DbCluster>;
  readonly snapshots: Map<string, DbClusterSnapshot>;
  readonly parameterGroups: Map<string, ClusterParameterGroup>;
  readonly subnetGroups: Map<string, SubnetGroup>;
  /** Engine versions that can be created or restored now, oldest first. */
  engineVersions: readonly string[];
  /** Deleted clusters whose automated backups were kept, by resource id. */
  readonly retainedBackups: Map<string, DbCluster>;
}

/**
 * An account's RDS in one Region with the default parameter groups and nothing else. `engineVersions` says what the Region still
 * offers; left out, every version that the local AWS knows.
 */
export function newRdsState(place: Place, engineVersions: readonly string[] = releasedVersions): RdsState {
  const families = [...new Set(releasedVersions.map(familyOf))];
  const groups = families.map((family): [string, ClusterParameterGroup] => {
    const name = defaultGroupName(family);
    const description = `Default cluster parameter group for ${family}`;
    const arn = arnOf(place, "rds", `cluster-pg:${name}`);
    return [name, { name, arn, family, description, tags: [], values: new Map() }];
  });
  return {
    clusters: new Map(),
    snapshots: new Map(),
    parameterGroups: new Map(groups),
    subnetGroups: new Map(),
    engineVersions,
    retainedBackups: new Map(),
  };
}
