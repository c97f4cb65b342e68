import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type HttpServer, startHttpServer } from "../../../src/local-aws/http-server.ts";
import { type DynamoDb, startDynamoDb } from "../../../src/local-aws/services/dynamodb.ts";
import { clientSettings, smallWorld } from "../small-world.ts";

let dynamodb: DynamoDb;
let server: HttpServer;
let client: DynamoDBClient;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
  server = await startHttpServer({ services: [], worldOf: smallWorld, dynamodb });
  client = new DynamoDBClient(clientSettings(server.endpoint));
  await client.send(
    new CreateTableCommand({
      TableName: "table",
      AttributeDefinitions: [{ AttributeName: "PK", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "PK", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await vi.waitFor(() => client.send(new ScanCommand({ TableName: "table" })));
});

afterAll(async () => {
  await server.close();
  await dynamodb.close();
});

test("items pass through unchanged", async () => {
  const Item = { PK: { S: "ก🐘" }, L: { L: [{ N: "1.50" }, { M: { b: { B: Uint8Array.of(0, 255) } } }] } };
  await client.send(new PutItemCommand({ TableName: "table", Item }));
  const { Item: got } = await client.send(new GetItemCommand({ TableName: "table", Key: { PK: { S: "ก🐘" } } }));
  expect(got).toEqual({ ...Item, L: { L: [{ N: "1.5" }, { M: { b: { B: Uint8Array.of(0, 255) } } }] } });
});

test("errors pass through as the SDK's own exceptions", async () => {
  await expect(client.send(new ScanCommand({ TableName: "none" }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  expect(server.calls().at(-1)).toMatchObject({ status: 400, errorCode: "ResourceNotFoundException" });
});

test("calls are logged, faults are met, and a foreign access key id is refused", async () => {
  server.faults.add({ service: "dynamodb", operation: "Scan", kind: "throttle", times: 1 });
  await expect(client.send(new ScanCommand({ TableName: "table" }))).rejects.toMatchObject({
    name: "ThrottlingException",
  });
  expect(server.calls().at(-1)).toMatchObject({
    service: "dynamodb",
    operation: "Scan",
    members: ["TableName"],
    errorCode: "ThrottlingException",
    fault: "throttle",
  });
  const foreign = new DynamoDBClient(clientSettings(server.endpoint, "someone"));
  await expect(foreign.send(new ScanCommand({ TableName: "table" }))).rejects.toMatchObject({
    name: "UnrecognizedClientException",
  });
});
