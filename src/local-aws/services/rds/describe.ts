import type * as sdk from "@aws-sdk/client-rds";
import type { World } from "../../world.ts";
import type { ClusterParameterGroup, DbCluster, DbClusterSnapshot, DbInstance } from "./state.ts";
import { defaultGroupName, familyOf } from "./versions.ts";

const engine = "aurora-postgresql";
const hostedZoneId = "Z000000000000000LOCAL";

/** A cluster as the API shows it. */
export function describeCluster(world: World, cluster: DbCluster): sdk.DBCluster {
  const writer = writerOf(cluster);
  return {
    ...identityOf(cluster),
    ...storageOf(cluster),
    ...networkOf(world, cluster),
    Status: cluster.status,
    Engine: engine,
    EngineVersion: cluster.engineVersion,
    EngineMode: "provisioned",
    EngineLifecycleSupport: "open-source-rds-extended-support",
    DatabaseName: cluster.databaseName,
    MasterUsername: cluster.masterUsername,
    DBClusterParameterGroup: cluster.parameterGroup,
    DBClusterMembers: cluster.instances.map((instance) => ({
      DBInstanceIdentifier: instance.identifier,
      IsClusterWriter: instance === writer,
      DBClusterParameterGroupStatus: instance.parameterGroupStatus,
      PromotionTier: 1,
    })),
    DeletionProtection: cluster.deletionProtection,
    HttpEndpointEnabled: cluster.httpEndpointEnabled,
    CopyTagsToSnapshot: cluster.copyTagsToSnapshot,
    IAMDatabaseAuthenticationEnabled: false,
    MultiAZ: false,
    ServerlessV2ScalingConfiguration: cluster.serverlessV2,
    PendingModifiedValues: cluster.passwordPending ? { MasterUserPassword: "****" } : undefined,
    TagList: [...cluster.tags],
  };
}

/** The instance that writes: the first one, since the local AWS fails over never. */
export function writerOf(cluster: DbCluster): DbInstance | undefined {
  return cluster.instances[0];
}

function identityOf(cluster: DbCluster): sdk.DBCluster {
  return {
    DBClusterIdentifier: cluster.identifier,
    DBClusterArn: cluster.arn,
    DbClusterResourceId: cluster.resourceId,
    ClusterCreateTime: cluster.createdAt,
  };
}

function storageOf(cluster: DbCluster): sdk.DBCluster {
  return {
    AllocatedStorage: 1,
    StorageEncrypted: cluster.storageEncrypted,
    KmsKeyId: cluster.kmsKeyId,
    BackupRetentionPeriod: cluster.backupRetentionPeriod,
    EarliestRestorableTime: cluster.createdAt,
    LatestRestorableTime: new Date(),
  };
}

function networkOf(world: World, cluster: DbCluster): sdk.DBCluster {
  return {
    AvailabilityZones: zonesOf(world, cluster),
    DBSubnetGroup: cluster.subnetGroup,
    VpcSecurityGroups: securityGroupsOf(cluster),
    Endpoint: cluster.endpoint,
    ReaderEndpoint: cluster.endpoint,
    Port: cluster.port,
    HostedZoneId: hostedZoneId,
    NetworkType: "IPV4",
    PubliclyAccessible: false,
  };
}

function zonesOf(world: World, cluster: DbCluster): string[] {
  const subnets = world.rds.subnetGroups.get(cluster.subnetGroup)?.subnetIds ?? [];
  const zones = subnets.map((id) => world.ec2.subnets.get(id)?.availabilityZone);
  return [...new Set(zones.filter((zone) => zone !== undefined))];
}

function securityGroupsOf(cluster: DbCluster) {
  return cluster.securityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: "active" }));
}

/** An instance as the API shows it; without endpoint and creation time until it has been created. */
export function describeInstance(world: World, cluster: DbCluster, instance: DbInstance): sdk.DBInstance {
  const created = instance.status !== "creating";
  const family = familyOf(cluster.engineVersion);
  return {
    DBInstanceIdentifier: instance.identifier,
    DBInstanceArn: instance.arn,
    DbiResourceId: instance.resourceId,
    DBClusterIdentifier: cluster.identifier,
    DBInstanceClass: instance.instanceClass,
    DBInstanceStatus: instance.status,
    InstanceCreateTime: created ? instance.createdAt : undefined,
    Endpoint: created ? { Address: cluster.endpoint, Port: cluster.port, HostedZoneId: hostedZoneId } : undefined,
    Engine: engine,
    EngineVersion: cluster.engineVersion,
    MasterUsername: cluster.masterUsername,
    DBName: cluster.databaseName,
    AllocatedStorage: 1,
    StorageType: "aurora",
    StorageEncrypted: cluster.storageEncrypted,
    KmsKeyId: cluster.kmsKeyId,
    AvailabilityZone: zonesOf(world, cluster)[0],
    VpcSecurityGroups: securityGroupsOf(cluster),
    DBParameterGroups: [{ DBParameterGroupName: defaultGroupName(family), ParameterApplyStatus: "in-sync" }],
    BackupRetentionPeriod: cluster.backupRetentionPeriod,
    AutoMinorVersionUpgrade: true,
    PubliclyAccessible: false,
    MultiAZ: false,
    PromotionTier: 1,
    CACertificateIdentifier: "rds-ca-rsa2048-g1",
    TagList: [...instance.tags],
  };
}

/** A cluster snapshot as the API shows it. */
export function describeSnapshot(snapshot: DbClusterSnapshot): sdk.DBClusterSnapshot {
  return {
    DBClusterSnapshotIdentifier: snapshot.identifier,
    DBClusterSnapshotArn: snapshot.arn,
    DBClusterIdentifier: snapshot.clusterIdentifier,
    DbClusterResourceId: snapshot.clusterResourceId,
    ClusterCreateTime: snapshot.clusterCreatedAt,
    SnapshotCreateTime: snapshot.createdAt,
    SnapshotType: snapshot.type,
    Status: snapshot.status,
    PercentProgress: snapshot.percentProgress,
    Engine: engine,
    EngineMode: "provisioned",
    EngineVersion: snapshot.engineVersion,
    LicenseModel: "postgresql-license",
    MasterUsername: snapshot.masterUsername,
    Port: snapshot.port,
    VpcId: snapshot.vpcId,
    AllocatedStorage: 1,
    StorageEncrypted: snapshot.storageEncrypted,
    KmsKeyId: snapshot.kmsKeyId,
    IAMDatabaseAuthenticationEnabled: false,
    TagList: [...snapshot.tags],
  };
}

/** A cluster parameter group as the API shows it. */
export function describeParameterGroup(group: ClusterParameterGroup): sdk.DBClusterParameterGroup {
  return {
    DBClusterParameterGroupName: group.name,
    DBClusterParameterGroupArn: group.arn,
    DBParameterGroupFamily: group.family,
    Description: group.description,
  };
}
