import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import { copyDataDirectory, initializeDataDirectory } from "../../postgres/data-directory.ts";
import { grantAsRds } from "../../postgres/privileges.ts";
import type { InputOf } from "../../service.ts";
import type { World } from "../../world.ts";
import type { Begun } from "./begun.ts";
import * as placement from "./cluster-placement.ts";
import { newServer, withServer } from "./cluster-server.ts";
import { seconds } from "./durations.ts";
import { invalidCombination, invalidValue } from "./faults.ts";
import { identifier, newResourceId } from "./identifiers.ts";
import { snapshotToRestore, subnetGroupNamed } from "./look-up.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import type { RdsSdk } from "./sdk.ts";
import type { DbCluster } from "./state.ts";
import { givenTags } from "./tags.ts";
import { compareVersions } from "./versions.ts";

export type CreateClusterInput = InputOf<RdsSdk, "CreateDBCluster">;
export type RestoreClusterInput = InputOf<RdsSdk, "RestoreDBClusterFromSnapshot">;

/** What a new cluster has that does not follow from what both kinds of requests have in common. */
interface Origin {
  readonly engineVersion: string;
  readonly databaseName: string;
  readonly masterUsername: string;
  readonly storageEncrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly httpEndpointEnabled: boolean;
  readonly backupRetentionPeriod: number;
}

/** Begins a new, empty cluster. Throws what CreateDBCluster answers when it refuses. */
export async function beginCreateCluster(world: World, input: CreateClusterInput): Promise<Begun<DbCluster>> {
  const version = placement.versionFor(world, input.Engine, input.EngineVersion);
  const password = placement.checkMasterPassword(input.MasterUserPassword);
  const master = { username: input.MasterUsername ?? "", password, databaseName: input.DatabaseName ?? "postgres" };
  if (!/^[a-z]\w{0,62}$/i.test(master.username) || master.username.toLowerCase() === "rdsadmin") {
    throw invalidValue(`MasterUsername ${master.username} cannot be used.`);
  }
  if (!input.StorageEncrypted && input.KmsKeyId) throw invalidCombination("KmsKeyId needs StorageEncrypted.");
  const cluster = await register(world, input, {
    engineVersion: version,
    databaseName: master.databaseName,
    masterUsername: master.username,
    storageEncrypted: input.StorageEncrypted ?? false,
    kmsKeyId: input.StorageEncrypted ? (input.KmsKeyId ?? managedKey(world)) : undefined,
    httpEndpointEnabled: input.EnableHttpEndpoint ?? false,
    backupRetentionPeriod: input.BackupRetentionPeriod ?? 1,
  });
  const { server } = cluster;
  return {
    resource: cluster,
    finish: () =>
      create(cluster, async () => {
        await initializeDataDirectory(world.postgres, server.dataDirectory);
        await withServer(cluster, () => grantAsRds(server, master, world.postgres.majorVersion));
        await world.clock.elapse(seconds.createCluster);
      }),
  };
}

/**
 * Begins a cluster with a snapshot's data. Throws what RestoreDBClusterFromSnapshot answers when it refuses. As on AWS, master user,
 * password and databases are the snapshot's, the version is the Region's default one unless named, and what concerns access (security
 * groups, Data API, parameter group) is not the old cluster's.
 */
export async function beginRestoreCluster(world: World, input: RestoreClusterInput): Promise<Begun<DbCluster>> {
  const snapshot = snapshotToRestore(world, input.SnapshotIdentifier);
  if (snapshot.storageEncrypted && world.rds.snapshots.get(snapshot.identifier) !== snapshot) {
    throw new AwsFault("KMSKeyNotAccessibleFault", "A shared snapshot that is encrypted must be copied before.");
  }
  if (snapshot.status !== "available") {
    throw new AwsFault("InvalidDBClusterSnapshotStateFault", `The snapshot is in the state ${snapshot.status}.`);
  }
  const version = placement.versionFor(world, input.Engine, input.EngineVersion);
  if (compareVersions(version, snapshot.engineVersion) < 0) {
    throw invalidCombination(`Cannot restore a snapshot of version ${snapshot.engineVersion} as version ${version}.`);
  }
  const kmsKeyId = input.KmsKeyId ?? snapshot.kmsKeyId; // an encrypted snapshot keeps its key; a key encrypts one that is not
  const cluster = await register(world, input, {
    engineVersion: version,
    databaseName: snapshot.databaseName,
    masterUsername: snapshot.masterUsername,
    storageEncrypted: kmsKeyId !== undefined,
    kmsKeyId,
    httpEndpointEnabled: false,
    backupRetentionPeriod: input.BackupRetentionPeriod ?? 1,
  });
  return {
    resource: cluster,
    finish: () =>
      create(cluster, async () => {
        await copyDataDirectory(world.postgres, snapshot.dataDirectory, cluster.server.dataDirectory);
        await world.clock.elapse(seconds.restoreCluster);
      }),
  };
}

async function register(
  world: World,
  input: CreateClusterInput | RestoreClusterInput,
  origin: Origin,
): Promise<DbCluster> {
  const name = identifier("DBClusterIdentifier", input.DBClusterIdentifier);
  const subnets = subnetGroupNamed(world, input.DBSubnetGroupName ?? "default");
  const resourceId = newResourceId("cluster");
  const settings = {
    parameterGroup: placement.parameterGroupFor(world, input.DBClusterParameterGroupName, origin.engineVersion),
    securityGroupIds: placement.securityGroupsFor(world, subnets.vpcId, input.VpcSecurityGroupIds),
    serverlessV2: placement.capacityFor(input.ServerlessV2ScalingConfiguration),
    deletionProtection: input.DeletionProtection ?? false,
    copyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
  };
  const server = await newServer(world, resourceId, input.Port);
  if (world.rds.clusters.has(name)) {
    throw new AwsFault("DBClusterAlreadyExistsFault", `DB Cluster already exists: ${name}`);
  }
  const cluster: DbCluster = {
    identifier: name,
    arn: arnOf(world, "rds", `cluster:${name}`),
    resourceId,
    createdAt: new Date(),
    vpcId: subnets.vpcId,
    subnetGroup: subnets.name,
    endpoint: server.host,
    port: server.port,
    status: "creating",
    passwordPending: false,
    instances: [],
    tags: givenTags(input.Tags),
    server,
    oneAtATime: oneAtATime(),
    ...origin,
    ...settings,
  };
  world.rds.clusters.set(name, cluster);
  return cluster;
}

async function create(cluster: DbCluster, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    cluster.status = "available";
  } catch (error) {
    cluster.status = "failed";
    throw error;
  }
}

/** The key `aws/rds` that AWS keeps for the account. */
function managedKey(world: World): string {
  return arnOf(world, "kms", "key/5d0c5e0a-0000-4000-8000-000000000001");
}
