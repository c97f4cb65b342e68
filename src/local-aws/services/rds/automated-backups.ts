import type * as sdk from "@aws-sdk/client-rds";
import { arnOf } from "../../arn.ts";
import type { Handlers } from "../../service.ts";
import type { World } from "../../world.ts";
import { named } from "./identifiers.ts";
import { listPage } from "./lists.ts";
import type { RdsSdk } from "./sdk.ts";
import type { DbCluster } from "./state.ts";

/** Backups of the clusters there are (`active`) and of deleted ones whose backups were kept (`retained`). */
export const automatedBackupHandlers: Handlers<RdsSdk> = {
  DescribeDBClusterAutomatedBackups(input, { world }) {
    const { clusters, retainedBackups } = world.rds;
    const backups = [
      ...[...clusters.values()].map((cluster) => describeBackup(world, cluster, "active")),
      ...[...retainedBackups.values()].map((cluster) => describeBackup(world, cluster, "retained")),
    ];
    const wanted = backups.filter(
      (backup) =>
        (input.DBClusterIdentifier === undefined ||
          backup.DBClusterIdentifier === named(world, "cluster", input.DBClusterIdentifier)) &&
        (input.DbClusterResourceId === undefined || backup.DbClusterResourceId === input.DbClusterResourceId),
    );
    const page = listPage(wanted, input, {
      operation: "DescribeDBClusterAutomatedBackups",
      keyOf: (backup) => backup.DbClusterResourceId ?? "",
      filters: {
        status: (backup) => backup.Status ?? "",
        "db-cluster-id": (backup) => backup.DBClusterIdentifier ?? "",
        "db-cluster-resource-id": (backup) => backup.DbClusterResourceId ?? "",
      },
    });
    return { DBClusterAutomatedBackups: page.items, Marker: page.marker };
  },
};

function describeBackup(world: World, cluster: DbCluster, status: string): sdk.DBClusterAutomatedBackup {
  return {
    DBClusterIdentifier: cluster.identifier,
    DBClusterArn: cluster.arn,
    DbClusterResourceId: cluster.resourceId,
    DBClusterAutomatedBackupsArn: arnOf(
      world,
      "rds",
      `cluster-auto-backup:ab-${cluster.resourceId.slice(-26).toLowerCase()}`,
    ),
    Status: status,
    Region: world.region,
    Engine: "aurora-postgresql",
    EngineMode: "provisioned",
    EngineVersion: cluster.engineVersion,
    MasterUsername: cluster.masterUsername,
    ClusterCreateTime: cluster.createdAt,
    VpcId: cluster.vpcId,
    Port: cluster.port,
    StorageEncrypted: cluster.storageEncrypted,
    KmsKeyId: cluster.kmsKeyId,
    BackupRetentionPeriod: cluster.backupRetentionPeriod,
    RestoreWindow: { EarliestTime: cluster.createdAt, LatestTime: new Date() },
  };
}
