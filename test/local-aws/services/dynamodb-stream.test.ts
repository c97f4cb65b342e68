import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { beforeEach, expect, test } from "vitest";
import { LocalClock } from "../../../src/local-aws/clock.ts";
import { embeddingsOf } from "../../../src/local-aws/inventory.ts";
import { startDynamoDb } from "../../../src/local-aws/services/dynamodb.ts";
import { makeBotsTable } from "../../../src/local-aws/stack/bots-table.ts";
import { makeSyncPipe } from "../../../src/local-aws/stack/pipe.ts";
import { names, putEmbedding } from "../ecs-stack.ts";
import { serveSmallWorld } from "../small-world.ts";

/** The pipe reads at once; what takes longer, a task's life, does not begin. */
class PipesOnly extends LocalClock {
  override elapse(seconds: number): Promise<void> {
    return seconds > 1 ? new Promise(() => undefined) : Promise.resolve();
  }
}

const TableName = names.tableName;
const key = (bot: string) => ({ PK: { S: "user" }, SK: { S: `user#BOT#${bot}` } });
const queued = (bot: string) => ({ ...key(bot), SyncStatus: { S: "QUEUED" } });

async function served() {
  const dynamodb = await startDynamoDb();
  const small = await serveSmallWorld([], { dynamodb });
  const { world } = small;
  Object.assign(world, { clock: new PipesOnly(0) });
  putEmbedding(world);
  makeSyncPipe(world, names);
  await makeBotsTable({ dynamoDbPort: dynamodb.port, region: "us-east-1", tableName: TableName }, [
    { ...key("old"), SyncStatus: { S: "SUCCEEDED" } },
  ]);
  return {
    client: new DynamoDB(small.settings),
    pipe: world.pipes.get(names.pipeName),
    started: () => Object.fromEntries(embeddingsOf(world).map(({ bot, started }) => [bot, started])),
    async [Symbol.asyncDispose]() {
      await small[Symbol.asyncDispose]();
      await dynamodb.close();
    },
  };
}

let at: Awaited<ReturnType<typeof served>>;
beforeEach(async ({ onTestFinished }) => {
  at = await served();
  onTestFinished(() => at[Symbol.asyncDispose]());
});

test("each write that leaves a bot QUEUED starts a task, however it is written; one that changes nothing starts none", async () => {
  const { client } = at;
  await client.putItem({ TableName, Item: queued("put") });
  await client.putItem({ TableName, Item: queued("put") });
  await client.batchWriteItem({
    RequestItems: { [TableName]: ["batch-1", "batch-2"].map((bot) => ({ PutRequest: { Item: queued(bot) } })) },
  });
  const update = (bot: string, name: string, S: string) =>
    client.updateItem({
      TableName,
      Key: key(bot),
      UpdateExpression: "SET #n = :v",
      ExpressionAttributeNames: { "#n": name },
      ExpressionAttributeValues: { ":v": { S } },
    });
  await update("old", "Title", "not yet");
  expect(at.started()).toEqual({ put: 1, "batch-1": 1, "batch-2": 1 });
  await Promise.all([update("old", "SyncStatus", "QUEUED"), update("old", "SyncStatus", "QUEUED")]);
  await update("old", "Title", "while it is QUEUED");
  await client.deleteItem({ TableName, Key: key("put") });
  expect(at.started()).toEqual({ put: 1, "batch-1": 1, "batch-2": 1, old: 2 });
});

test.each([
  ["STOPPING", 1],
  ["STOPPED", 0],
  ["STARTING", 0],
] as const)("a pipe that is %s starts %i", async (currentState, tasks) => {
  if (at.pipe) at.pipe.currentState = currentState;
  await at.client.putItem({ TableName, Item: queued("bot") });
  expect(at.started()).toEqual(tasks === 0 ? {} : { bot: tasks });
});

test("a write that is refused starts nothing and is answered as it was", async () => {
  const refused = at.client.putItem({
    TableName,
    Item: queued("old"),
    ConditionExpression: "attribute_not_exists(PK)",
  });
  await expect(refused).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
  await expect(at.client.updateItem({ TableName, Key: { PK: { S: "user" } } })).rejects.toMatchObject({
    name: "ValidationException",
  });
  expect(at.started()).toEqual({});
});
