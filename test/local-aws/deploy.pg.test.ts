import { stat } from "node:fs/promises";
import { CloudFormation, type StackEvent } from "@aws-sdk/client-cloudformation";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { RDS } from "@aws-sdk/client-rds";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalAws, type LocalAws } from "../../src/local-aws/start.ts";
import { withMasterUser } from "../../src/local-aws/stack/database.ts";
import { clientSettings } from "./small-world.ts";

const size = { bots: 5, rows: 300, dimensions: 16, seed: 11 };

interface DatabaseSecret {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly dbname: string;
  readonly dbClusterIdentifier: string;
}

interface Status {
  readonly stage: string;
  readonly ready: boolean;
  readonly failures: readonly string[];
  readonly resources: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

let local: LocalAws;
let clients: { cloudformation: CloudFormation; dynamodb: DynamoDB; rds: RDS; secrets: SecretsManager };
beforeAll(async () => {
  local = await startLocalAws({ ...size, stage: "before-deploy", timeScale: 0.001 });
  const settings = clientSettings(local.endpoint);
  clients = {
    cloudformation: new CloudFormation(settings),
    dynamodb: new DynamoDB(settings),
    rds: new RDS(settings),
    secrets: new SecretsManager(settings),
  };
});

afterAll(async () => {
  await local.stop();
  await expect(stat(local.directory)).rejects.toThrow(/ENOENT/);
});

async function outputs(): Promise<Record<string, string>> {
  const { Stacks } = await clients.cloudformation.describeStacks({ StackName: "BedrockChatStack" });
  const all = Stacks?.[0]?.Outputs ?? [];
  return Object.fromEntries(all.map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]));
}

async function secretAt(SecretId: string | undefined): Promise<DatabaseSecret> {
  const { SecretString = "" } = await clients.secrets.getSecretValue({ SecretId });
  return JSON.parse(SecretString) as DatabaseSecret;
}

async function query<Row extends object>(secret: DatabaseSecret, text: string): Promise<Row[]> {
  const { host, port, username: user, password, dbname: database } = secret;
  const client = new Client({ host, port, user, password, database, ssl: { rejectUnauthorized: false } });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Oldest first. */
async function events(): Promise<StackEvent[]> {
  const all: StackEvent[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.cloudformation.describeStackEvents({ StackName: "BedrockChatStack", NextToken });
    all.push(...(page.StackEvents ?? []));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return all.toReversed();
}

async function control(method: string, name: string): Promise<Response> {
  return await fetch(`${local.endpoint}/_local-aws/${name}`, { method });
}

const digest = `SELECT count(*)::int AS rows, count(content)::int AS contents, count(embedding)::int AS embeddings,
  sum(hash_record_extended(row(id, botid, content, source, embedding::text), 1)) AS digest FROM items`;

describe.sequential("Bedrock Chat", () => {
  let before: { outputs: Record<string, string>; secret: DatabaseSecret; digest: object | undefined };

  test("v0: the table with the bots, the cluster with the application's schema and every row", async () => {
    const found = await outputs();
    const secret = await secretAt(found["DbConfigSecretArn"]);
    expect(secret).toMatchObject({ host: found["DbConfigHostname"], username: "postgres", dbname: "postgres" });
    expect(Object.keys(found).filter((key) => key.startsWith("Embedding"))).toEqual([]);
    const { Items } = await clients.dynamodb.scan({ TableName: found["ConversationTableName"] });
    expect(Items?.filter((item) => item["SK"]?.S?.includes("#BOT#"))).toHaveLength(size.bots);
    const [row] = await query<{ rows: number; contents: number; embeddings: number }>(secret, digest);
    expect(row).toMatchObject({ rows: 300, contents: 298, embeddings: 298 });
    const indexes = await query<{ definition: string }>(
      secret,
      "SELECT indexdef AS definition FROM pg_indexes WHERE tablename = 'items' ORDER BY indexname",
    );
    expect(indexes.map(({ definition }) => definition)).toEqual([
      "CREATE INDEX idx_items_botid ON public.items USING btree (botid)",
      "CREATE INDEX idx_items_embedding ON public.items USING ivfflat (embedding) WITH (lists='100')",
      "CREATE UNIQUE INDEX items_pkey ON public.items USING btree (id)",
    ]);
    before = { outputs: found, secret, digest: row };
  });

  test("the deploy is done once, and tells when it is", async () => {
    const answer = await control("POST", "deploy");
    const status = (await answer.json()) as Status;
    expect(status).toMatchObject({ stage: "after-deploy", ready: true, failures: [] });
    expect(status.resources["clusters"]).toHaveLength(1);
    expect((await control("POST", "deploy")).status).toBe(400);
  });

  test("v1: an encrypted, empty cluster behind the same secret's ARN, with another password", async () => {
    const found = await outputs();
    expect(found["DbConfigSecretArn"]).toBe(before.outputs["DbConfigSecretArn"]);
    expect(found["DbConfigPort"]).not.toBe(before.outputs["DbConfigPort"]);
    expect(found["DbSecurityGroupId"]).not.toBe(before.outputs["DbSecurityGroupId"]);
    expect(Object.keys(found).filter((key) => key.startsWith("Embedding"))).toHaveLength(3);
    const secret = await secretAt(found["DbConfigSecretArn"]);
    expect(secret.password).not.toBe(before.secret.password);
    expect(secret.dbClusterIdentifier).not.toBe(before.secret.dbClusterIdentifier);
    expect(await query(secret, "SELECT count(*)::int AS rows FROM items")).toEqual([{ rows: 0 }]);
    await expect(query({ ...secret, password: before.secret.password }, "SELECT 1")).rejects.toThrow(
      /authentication failed/,
    );
    const { DBClusters } = await clients.rds.describeDBClusters();
    expect(DBClusters).toHaveLength(1);
    expect(DBClusters?.[0]).toMatchObject({ StorageEncrypted: true, EngineVersion: "15.3", HttpEndpointEnabled: true });
    expect(local.world.ec2.securityGroups.has(before.outputs["DbSecurityGroupId"] ?? "")).toBe(false);
    expect((await clients.secrets.describeSecret({ SecretId: found["DbConfigSecretArn"] })).RotationEnabled).toBe(true);
  });

  test("the final snapshot is named as CloudFormation names it and younger than the new cluster", async () => {
    const { DBClusterSnapshots = [] } = await clients.rds.describeDBClusterSnapshots();
    const [snapshot, ...others] = DBClusterSnapshots;
    expect(others).toEqual([]);
    expect(snapshot?.DBClusterIdentifier).toBe(before.secret.dbClusterIdentifier);
    expect(snapshot?.DBClusterSnapshotIdentifier).toMatch(
      /^bedrockchatstack-snapshot-vectorstorecluster\w{8}-[a-z0-9]{12}$/,
    );
    const { DBClusters } = await clients.rds.describeDBClusters();
    expect(snapshot?.SnapshotCreateTime?.getTime()).toBeGreaterThan(
      DBClusters?.[0]?.ClusterCreateTime?.getTime() ?? NaN,
    );
  });

  test("the events tell what was replaced, in CloudFormation's order", async () => {
    const all = await events();
    const old = before.secret.dbClusterIdentifier;
    const told = all.map(({ ResourceType, ResourceStatus, PhysicalResourceId }) =>
      ResourceType === "AWS::CloudFormation::Stack"
        ? `stack ${String(ResourceStatus)}`
        : `${PhysicalResourceId === old ? "old" : "new"} ${String(ResourceType)} ${String(ResourceStatus)}`,
    );
    const order = [
      "old AWS::RDS::DBCluster CREATE_COMPLETE",
      "stack CREATE_COMPLETE",
      "stack UPDATE_IN_PROGRESS",
      "new AWS::RDS::DBCluster UPDATE_COMPLETE",
      "stack UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
      "old AWS::RDS::DBCluster DELETE_COMPLETE",
      "stack UPDATE_COMPLETE",
    ];
    const positions = order.map((event) => told.indexOf(event));
    expect(positions).not.toContain(-1);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  test("a cluster restored from the snapshot holds every row, unchanged", async () => {
    const found = await outputs();
    const { DBClusterSnapshots = [] } = await clients.rds.describeDBClusterSnapshots();
    const DBClusterIdentifier = "restored";
    await clients.rds.restoreDBClusterFromSnapshot({
      DBClusterIdentifier,
      SnapshotIdentifier: DBClusterSnapshots[0]?.DBClusterSnapshotIdentifier,
      Engine: "aurora-postgresql",
      EngineVersion: "15.3",
      DBSubnetGroupName: [...local.world.rds.subnetGroups.keys()][0],
      VpcSecurityGroupIds: [found["DbSecurityGroupId"] ?? ""],
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 5 },
    });
    await available(DBClusterIdentifier);
    await clients.rds.createDBInstance({
      DBInstanceIdentifier: "restored-1",
      DBInstanceClass: "db.serverless",
      Engine: "aurora-postgresql",
      DBClusterIdentifier,
    });
    const { rds } = local.world;
    await expect.poll(() => rds.clusters.get("restored")?.instances[0]?.status, { timeout: 30_000 }).toBe("available");
    const cluster = rds.clusters.get("restored") ?? expect.unreachable();
    const rows = await withMasterUser(local.world, cluster, before.secret.password, (client) => client.query(digest));
    expect(rows.rows[0]).toEqual(before.digest);
  });

  async function available(DBClusterIdentifier: string): Promise<void> {
    const status = async () => {
      const { DBClusters } = await clients.rds.describeDBClusters({ DBClusterIdentifier });
      return DBClusters?.[0]?.Status;
    };
    await expect.poll(status, { timeout: 30_000 }).toBe("available");
  }
});

test("the stage after-deploy is there at once, and a control request ends it all", async () => {
  const other = await startLocalAws({ ...size, stage: "after-deploy", timeScale: 1 });
  try {
    const status = (await (await fetch(`${other.endpoint}/_local-aws/status`)).json()) as Status;
    expect(status).toMatchObject({ stage: "after-deploy", ready: true, failures: [] });
    expect(status.resources["snapshots"]).toHaveLength(1);
    expect(other.environment).toMatchObject({ AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1" });
    const answer = await fetch(`${other.endpoint}/_local-aws/stop`, { method: "POST" });
    expect(answer.status).toBe(202);
    await other.stopped;
    await expect(stat(other.directory)).rejects.toThrow(/ENOENT/);
  } finally {
    await other.stop();
  }
});
