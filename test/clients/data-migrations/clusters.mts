import { readFile } from "node:fs/promises";
import {
  DBClusterNotFoundFault,
  paginateDescribeDBClusterAutomatedBackups,
  type RDS,
  waitUntilDBClusterAvailable,
  waitUntilDBClusterDeleted,
  waitUntilDBInstanceAvailable,
  waitUntilDBInstanceDeleted,
} from "@aws-sdk/client-rds";
import { Client } from "pg";
import { everything, type Notes, present, refused, require } from "./notes.mts";

export const login = { username: "operator", password: "js-Sdk-Was-Here" };

/** A cluster that can be logged in to. */
export interface Cluster {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Where the clusters go. */
export interface Place {
  readonly subnetGroup: string;
  readonly securityGroup: string;
}

const engine = { Engine: "aurora-postgresql" };
const family = "aurora-postgresql15";

/** Makes a cluster parameter group that switches logical replication on. */
export async function createParameterGroup(rds: RDS, name: string): Promise<void> {
  const group = { DBClusterParameterGroupName: name };
  await rds.createDBClusterParameterGroup({ ...group, DBParameterGroupFamily: family, Description: "data migrations" });
  await rds.modifyDBClusterParameterGroup({
    ...group,
    Parameters: [{ ParameterName: "rds.logical_replication", ParameterValue: "1", ApplyMethod: "pending-reboot" }],
  });
}

/** Makes a cluster with one instance, and waits for both by the SDK's waiters. */
export async function createCluster(
  { rds, notes }: { readonly rds: RDS; readonly notes: Notes },
  name: string,
  place: Place & { readonly parameterGroup: string },
): Promise<Cluster> {
  const { DBEngineVersions = [] } = await rds.describeDBEngineVersions({ ...engine, DBParameterGroupFamily: family });
  await rds.createDBCluster({
    ...engine,
    DBClusterIdentifier: name,
    EngineVersion: present(DBEngineVersions[0]?.EngineVersion, "an engine version"),
    MasterUsername: login.username,
    MasterUserPassword: login.password,
    DBSubnetGroupName: place.subnetGroup,
    VpcSecurityGroupIds: [place.securityGroup],
    DBClusterParameterGroupName: place.parameterGroup,
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 1 },
  });
  await waitUntilDBClusterAvailable(quickly(rds), { DBClusterIdentifier: name });
  await rds.createDBInstance({
    ...engine,
    DBInstanceIdentifier: `${name}-1`,
    DBClusterIdentifier: name,
    DBInstanceClass: "db.serverless",
  });
  await waitUntilDBInstanceAvailable(quickly(rds), { DBInstanceIdentifier: `${name}-1` });
  notes.waiters.push("waitUntilDBClusterAvailable", "waitUntilDBInstanceAvailable");
  const { DBClusters } = await rds.describeDBClusters({ DBClusterIdentifier: name });
  const { Endpoint, Port } = present(DBClusters?.[0], "the cluster");
  return { name, host: present(Endpoint, "Endpoint"), port: present(Port, "Port") };
}

/** What older clients lack: the Data API's switch, the list of automated backups, and how long versions are supported. */
export async function lookAtNewerOperations(rds: RDS, notes: Notes, { name }: Cluster): Promise<void> {
  const { DBClusters } = await rds.describeDBClusters({ DBClusterIdentifier: name });
  const ResourceArn = present(DBClusters?.[0]?.DBClusterArn, "DBClusterArn");
  require((await rds.enableHttpEndpoint({ ResourceArn })).HttpEndpointEnabled === true, "no Data API");
  require((await rds.disableHttpEndpoint({ ResourceArn })).HttpEndpointEnabled === false, "still a Data API");
  await everything(notes, {
    name: "paginateDescribeDBClusterAutomatedBackups",
    pages: paginateDescribeDBClusterAutomatedBackups({ client: rds }, { DBClusterIdentifier: name }),
    itemsOf: (page) => page.DBClusterAutomatedBackups,
    atLeast: 1,
  });
  const { DBMajorEngineVersions: majors = [] } = await rds.describeDBMajorEngineVersions(engine);
  require(majors.every((one) => one.SupportedEngineLifecycles?.length === 2), "no lifecycles");
}

/** Deletes a cluster with its instance and all that is in it. */
export async function deleteCluster(rds: RDS, notes: Notes, { name }: Cluster): Promise<void> {
  const cluster = { DBClusterIdentifier: name };
  await rds.deleteDBInstance({ DBInstanceIdentifier: `${name}-1` });
  await waitUntilDBInstanceDeleted(quickly(rds), { DBInstanceIdentifier: `${name}-1` });
  await rds.deleteDBCluster({ ...cluster, SkipFinalSnapshot: true });
  await waitUntilDBClusterDeleted(quickly(rds), cluster);
  notes.waiters.push("waitUntilDBInstanceDeleted", "waitUntilDBClusterDeleted");
  await refused(notes, DBClusterNotFoundFault, () => rds.describeDBClusters(cluster));
}

/** Runs statements as the master user, over TLS that is verified, and gives the last one's rows. */
export async function sql(cluster: Cluster, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const ca = await readFile(present(process.env["BEDROCK_CHAT_MIGRATE_CA_FILE"], "the CA's file"), "utf8");
  const { host, port } = cluster;
  const { username: user, password } = login;
  const client = new Client({ host, port, user, password, database: "postgres", ssl: { ca } });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** The local AWS's minutes are milliseconds; the waiters' own delays are made for AWS. */
function quickly(client: RDS) {
  return { client, maxWaitTime: 120, minDelay: 0.1, maxDelay: 0.2 };
}
