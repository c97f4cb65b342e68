import {
  CreateDataMigrationCommand,
  type CreateDataMigrationCommandInput,
  CreateDataProviderCommand,
  type CreateDataProviderCommandInput,
  DescribeDataMigrationsCommand,
  ResourceAlreadyExistsFault,
} from "@aws-sdk/client-database-migration-service";
import { CreateSecretCommand, ResourceExistsException } from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { AwsFault } from "../../../src/local-aws/fault.ts";
import { secretsManagerService } from "../../../src/local-aws/services/secrets-manager.ts";
import { dmsWith } from "../echo-service.ts";
import { sendSigned } from "../signed-request.ts";
import { serveSmallWorld } from "../small-world.ts";

const wide = 'ภาษาไทย 日本語 🐘 "quoted" \\ <&>\n\u0001';

const migration: CreateDataMigrationCommandInput = {
  DataMigrationName: "m",
  MigrationProjectIdentifier: "p",
  DataMigrationType: "full-load-and-cdc",
  ServiceAccessRoleArn: "arn:aws:iam::111122223333:role/r",
  EnableCloudwatchLogs: true,
  NumberOfJobs: 4,
  TargetDataSettings: [{ TablePreparationMode: "do-nothing" }],
  Tags: [
    { Key: "title", Value: wide },
    { Key: "empty", Value: "" },
  ],
};

test("nested lists, numbers, Booleans and wide characters arrive as they were sent, and dates come back", async () => {
  const seen: unknown[] = [];
  const at = new Date("2026-07-31T12:34:56.789Z");
  const service = dmsWith({
    CreateDataMigration(input) {
      seen.push(input);
      return {
        DataMigration: { DataMigrationName: wide, DataMigrationCreateTime: at, PublicIpAddresses: ["1.2.3.4"] },
      };
    },
  });
  await using served = await serveSmallWorld([service]);
  const { DataMigration, $metadata } = await served.dms.send(new CreateDataMigrationCommand(migration));
  expect(seen).toEqual([migration]);
  expect(DataMigration).toEqual({
    DataMigrationName: wide,
    DataMigrationCreateTime: at,
    PublicIpAddresses: ["1.2.3.4"],
  });
  expect($metadata.requestId).toBe(served.server.calls()[0]?.requestId);
});

test("a union keeps which of its members it is", async () => {
  const input: CreateDataProviderCommandInput = {
    Engine: "aurora-postgresql",
    Settings: { PostgreSqlSettings: { ServerName: "localhost", Port: 5432, SslMode: "require" } },
  };
  await using served = await serveSmallWorld([
    dmsWith({ CreateDataProvider: ({ Engine, Settings }) => ({ DataProvider: { Engine, Settings } }) }),
  ]);
  const { DataProvider } = await served.dms.send(new CreateDataProviderCommand(input));
  expect(DataProvider).toEqual(input);
});

test("an output without members is an empty object", async () => {
  await using served = await serveSmallWorld([dmsWith({ DescribeDataMigrations: () => ({}) })]);
  const { $metadata: _, ...output } = await served.dms.send(new DescribeDataMigrationsCommand());
  expect(output).toEqual({});
});

test("a modelled fault is the SDK's own exception", async () => {
  await using served = await serveSmallWorld([
    dmsWith({
      CreateDataMigration() {
        throw new AwsFault("ResourceAlreadyExistsFault", `Exists: ${wide}`);
      },
    }),
    secretsManagerService(),
  ]);
  const error: unknown = await served.dms.send(new CreateDataMigrationCommand(migration)).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ResourceAlreadyExistsFault);
  expect(error).toMatchObject({ name: "ResourceAlreadyExistsFault", message: `Exists: ${wide}` });

  const again = () => served.secrets.send(new CreateSecretCommand({ Name: "s" }));
  await again();
  await expect(again()).rejects.toBeInstanceOf(ResourceExistsException);
  await expect(again()).rejects.toThrow("the secret s already exists");
});

test("missing required members are named, nested ones too", async () => {
  await using served = await serveSmallWorld([dmsWith({ CreateDataMigration: () => ({}) })]);
  const { MigrationProjectIdentifier: _, ...partial } = migration;
  await expect(
    served.dms.send(new CreateDataMigrationCommand(partial as CreateDataMigrationCommandInput)),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "1 validation error detected: Value null at 'migrationProjectIdentifier' failed to satisfy constraint: Member must not be null",
  });
});

const dmsHeaders = {
  "content-type": "application/x-amz-json-1.1",
  "x-amz-target": "AmazonDMSv20160101.CreateDataMigration",
};

test.each([
  [{ DataMigrationName: 1 }, "DataMigrationName is not a string"],
  [{ NumberOfJobs: "4" }, "NumberOfJobs is not a number"],
  [{ EnableCloudwatchLogs: "true" }, "EnableCloudwatchLogs is not a Boolean"],
  [{ TargetDataSettings: { TablePreparationMode: "x" } }, "TargetDataSettings is not a list"],
  [{ TargetDataSettings: ["x"] }, "TargetDataSettings is not a structure"],
])("%j has a wrong type and is refused", async (part, message) => {
  await using served = await serveSmallWorld([dmsWith({ CreateDataMigration: () => ({}) })]);
  const body = JSON.stringify({ ...migration, ...part });
  const answer = await sendSigned(served.server.endpoint, "dms", { headers: dmsHeaders, body });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toEqual({ __type: "SerializationException", message });
});

test("what is no JSON is refused, and so is an operation that there is not", async () => {
  await using served = await serveSmallWorld([dmsWith({ CreateDataMigration: () => ({}) })]);
  const { endpoint } = served.server;
  const broken = await sendSigned(endpoint, "dms", { headers: dmsHeaders, body: "{" });
  expect(JSON.parse(broken.body)).toMatchObject({ __type: "SerializationException" });
  for (const target of [
    "AmazonDMSv20160101.Nothing",
    "AmazonDMSv20160101.CreateEndpoint",
    "Other.CreateDataMigration",
  ]) {
    const answer = await sendSigned(endpoint, "dms", {
      headers: { ...dmsHeaders, "x-amz-target": target },
      body: "{}",
    });
    expect(JSON.parse(answer.body)).toMatchObject({ __type: "UnknownOperationException" });
  }
});
