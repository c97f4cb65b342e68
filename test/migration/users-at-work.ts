import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { vi } from "vitest";
import type { SqlSession } from "../../src/database/session.ts";
import { requireConversationTable } from "../../src/stack/deployment.ts";
import { type Bot, listBots } from "../../src/stack/bots.ts";
import type { SmallDeployment } from "./small-deployment.ts";

/** The bots of a deployment, by the number of rows that they were seeded with: the most first, one without any last. */
export async function botsOf(world: SmallDeployment): Promise<Bot[]> {
  const table = requireConversationTable(await world.deployment());
  return (await listBots(world.context().aws, table)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** What a user's sync does to a bot's rows: all of them go, new ones with new ids come, in one transaction. */
export async function sync(session: SqlSession, bot: string, rows: number, label: string): Promise<void> {
  await session.transaction({}, async (transaction) => {
    await transaction.query("delete from items where botid = $1", [bot]);
    await insertRows(transaction, bot, rows, label);
  });
}

/** Begins a sync, and ends it when it is being waited for. Gives, when it has begun, what waits for its end. */
export async function syncUnderWay(
  world: SmallDeployment,
  bot: string,
  rows: number,
): Promise<{ readonly ended: Promise<void> }> {
  const { cluster } = await world.deployment();
  const server = world.local.world.rds.clusters.get(cluster.DBClusterIdentifier ?? "")?.server;
  if (server === undefined) throw new Error("the new cluster is gone");
  const wait = { ended: Promise.resolve() };
  await new Promise<void>((begun, failed) => {
    wait.ended = server.asSuperuser("postgres", async (client) => {
      await client.query("begin");
      await client.query("delete from items where botid = $1", [bot]);
      await client.query(
        `insert into items select '01Z' || upper(substr(md5('under way' || n), 1, 23)), $1, 'under way', null, null from generate_series(1, $2::int) n`,
        [bot, rows],
      );
      begun();
      await vi.waitUntil(async () => {
        const { rows: waiting } = await client.query(
          "select from pg_locks where relation = 'items'::regclass and mode = 'ShareRowExclusiveLock' and not granted",
        );
        return waiting.length > 0;
      }, 30_000);
      await client.query("commit");
    });
    wait.ended.catch(failed);
  });
  return wait;
}

/** What a sync writes, with ids that are younger than all that is loaded, that began before the loaded rows were there. */
export async function insertRows(
  session: Pick<SqlSession, "query">,
  bot: string,
  rows: number,
  label: string,
): Promise<void> {
  await session.query(
    `insert into items select '01Z' || upper(substr(md5($3 || n), 1, 23)), $1, 'ข้อความ "ใหม่" ' || n, 's3://' || $3,
            (select array_agg(n * 0.001 + d)::vector from generate_series(1, 8) d)
       from generate_series(1, $2::int) n`,
    [bot, rows, label],
  );
}

/** Takes a bot out of DynamoDB, as the application does when its user deletes it. Gives what puts it back. */
export async function deleteBot(world: SmallDeployment, { owner, id }: Bot): Promise<() => Promise<unknown>> {
  const Key = { PK: { S: owner }, SK: { S: `${owner}#BOT#${id}` } };
  const { Item } = await onTable(world, (dynamodb, TableName) => dynamodb.getItem({ TableName, Key }));
  await onTable(world, (dynamodb, TableName) => dynamodb.deleteItem({ TableName, Key }));
  return () => onTable(world, (dynamodb, TableName) => dynamodb.putItem({ TableName, Item }));
}

/** Writes an attribute of a bot, as the application does. */
export async function writeBot(world: SmallDeployment, { owner, id }: Bot, name: string, text: string): Promise<void> {
  await onTable(world, (dynamodb, TableName) =>
    dynamodb.updateItem({
      TableName,
      Key: { PK: { S: owner }, SK: { S: `${owner}#BOT#${id}` } },
      UpdateExpression: "SET #name = :text",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":text": { S: text } },
    }),
  );
}

/** Puts a bot into DynamoDB, as the application does when a user makes it. */
export async function makeBot(
  world: SmallDeployment,
  { owner, id, title }: Pick<Bot, "owner" | "id" | "title">,
): Promise<void> {
  await onTable(world, (dynamodb, TableName) =>
    dynamodb.putItem({ TableName, Item: { PK: { S: owner }, SK: { S: `${owner}#BOT#${id}` }, Title: { S: title } } }),
  );
}

async function onTable<T>(world: SmallDeployment, work: (dynamodb: DynamoDB, table: string) => Promise<T>): Promise<T> {
  const { environment } = world.local;
  const dynamodb = new DynamoDB({
    endpoint: environment["AWS_ENDPOINT_URL"] ?? "",
    region: environment["AWS_REGION"] ?? "",
    credentials: {
      accessKeyId: environment["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  try {
    return await work(dynamodb, requireConversationTable(await world.deployment()));
  } finally {
    dynamodb.destroy();
  }
}

/** A digest of each bot's rows on the new cluster, to the byte. */
export async function digests(world: SmallDeployment): Promise<Readonly<Record<string, string>>> {
  const rows = await world.onTarget((session) =>
    session.query<{ bot: string; digest: string }>(
      `select botid::text as "bot", md5(string_agg(items::text, '|' order by id)) as "digest" from items group by 1`,
    ),
  );
  return Object.fromEntries(rows.map(({ bot, digest }) => [bot, digest]));
}

/** The vector indexes of the new cluster, with whether they are valid. */
export async function indexes(world: SmallDeployment): Promise<unknown> {
  return world.onTarget((session) =>
    session.query(
      `select pg_get_indexdef(indexrelid) as "definition", indisvalid as "valid" from pg_index
        where indrelid = 'items'::regclass and pg_get_indexdef(indexrelid) ~ 'ivfflat'`,
    ),
  );
}
