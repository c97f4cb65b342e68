import {
  DynamoDBClient,
  BatchWriteItemCommand,
  CreateTableCommand,
  ScanCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "./bot-items.ts";

/** Where DynamoDB answers, and whose table it is. */
export interface TablePlace {
  readonly dynamoDbPort: number;
  readonly region: string;
  readonly tableName: string;
}

/** Makes the conversation table (key PK, SK) and writes the items into it. */
export async function makeBotsTable(place: TablePlace, items: readonly Item[]): Promise<void> {
  await withDynamoDb(place, async (client) => {
    await client.send(
      new CreateTableCommand({
        TableName: place.tableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: ["PK", "SK"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: [
          { AttributeName: "PK", KeyType: "HASH" },
          { AttributeName: "SK", KeyType: "RANGE" },
        ],
      }),
    );
    const table = { TableName: place.tableName };
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.2 }, table);
    for (let start = 0; start < items.length; start += 25) {
      const requests = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [place.tableName]: requests } }));
    }
  });
}

/** A bot's item, whoever owns it; undefined where there is none. */
export async function findBotItem(place: TablePlace, bot: string): Promise<Item | undefined> {
  return withDynamoDb(place, async (client) => {
    let from: Item | undefined;
    do {
      const page = await client.send(new ScanCommand({ TableName: place.tableName, ExclusiveStartKey: from }));
      const found = page.Items?.find(({ SK }) => SK?.S?.endsWith(`#BOT#${bot}`));
      if (found !== undefined) return found;
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return undefined;
  });
}

/** Writes texts into attributes of an item; its other attributes stay. */
export async function writeTexts(
  place: TablePlace,
  item: Item,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  const { PK, SK } = item;
  if (PK === undefined || SK === undefined) throw new Error("an item without its key");
  await withDynamoDb(place, (client) =>
    client.send(
      new UpdateItemCommand({
        TableName: place.tableName,
        Key: { PK, SK },
        AttributeUpdates: Object.fromEntries(
          Object.entries(texts).map(([name, S]) => [name, { Action: "PUT", Value: { S } }]),
        ),
      }),
    ),
  );
}

async function withDynamoDb<T>(place: TablePlace, work: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${String(place.dynamoDbPort)}`,
    region: place.region,
    credentials: { accessKeyId: "LOCALAWSACCESSKEY", secretAccessKey: "local-aws-secret-access-key" },
  });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
