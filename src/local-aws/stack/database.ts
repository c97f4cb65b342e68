import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { certificatesOf } from "../services/rds/cluster-server.ts";
import type { DbCluster } from "../services/rds/state.ts";
import { createCluster, createInstance } from "../services/rds/to-completion.ts";
import type { World } from "../world.ts";
import { stackName, type StackNames } from "./names.ts";
import { admitOwnGroups, makeDatabaseGroup } from "./network.ts";

/** What the templates of v0 and v1 say of the cluster: the one difference that matters is the encryption. */
const templates = {
  v0: { StorageEncrypted: false },
  v1: { StorageEncrypted: true },
} as const;

/** Makes the cluster of this version with its security group and its writer, and waits until it can be used. */
export async function makeDatabase(
  world: World,
  names: StackNames,
  {
    version,
    password,
    engineVersion,
    dataApi = true,
  }: { version: "v0" | "v1"; password: string; engineVersion: string; dataApi?: boolean },
): Promise<DbCluster> {
  const group = makeDatabaseGroup(world, names, version);
  const cluster = await createCluster(world, {
    DBClusterIdentifier: names.clusterIds[version],
    Engine: "aurora-postgresql",
    EngineVersion: engineVersion,
    MasterUsername: "postgres",
    MasterUserPassword: password,
    DatabaseName: "postgres",
    DBSubnetGroupName: names.subnetGroup,
    VpcSecurityGroupIds: [group.id],
    EnableHttpEndpoint: dataApi,
    CopyTagsToSnapshot: true,
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 5 },
    ...templates[version],
  });
  // CloudFormation tags what it makes; no other caller may give such a tag.
  cluster.tags.push({ Key: "aws:cloudformation:stack-name", Value: stackName });
  admitOwnGroups(group, names, cluster.port);
  await createInstance(world, {
    DBInstanceIdentifier: names.instanceIds[version],
    DBInstanceClass: "db.serverless",
    Engine: "aurora-postgresql",
    DBClusterIdentifier: cluster.identifier,
    PubliclyAccessible: false,
  });
  return cluster;
}

/** Lends a connection to the cluster as its master user, as the stack's custom resource and tasks have it. */
export async function withMasterUser<T>(
  world: World,
  cluster: DbCluster,
  password: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { caFile } = await certificatesOf(world);
  const client = new Client({
    host: cluster.endpoint,
    port: cluster.port,
    database: cluster.databaseName,
    user: cluster.masterUsername,
    password,
    ssl: { ca: await readFile(caFile, "utf8") },
    application_name: "bedrock-chat",
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
