import {
  DynamoDBClient,
  BatchWriteItemCommand,
  CreateTableCommand,
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
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${String(place.dynamoDbPort)}`,
    region: place.region,
    credentials: { accessKeyId: "LOCALAWSACCESSKEY", secretAccessKey: "local-aws-secret-access-key" },
  });
  try {
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
  } finally {
    client.destroy();
  }
}
