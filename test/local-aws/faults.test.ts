import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { newFaultSwitches } from "../../src/local-aws/fault-switches.ts";
import { ecsService } from "../../src/local-aws/services/ecs/service.ts";
import { rdsDataService } from "../../src/local-aws/services/rds-data/service.ts";
import { ec2Service } from "../../src/local-aws/services/ec2.ts";
import { secretsManagerService } from "../../src/local-aws/services/secrets-manager.ts";
import { stsService } from "../../src/local-aws/services/sts.ts";
import { serveSmallWorld } from "./small-world.ts";

const services = [stsService(), secretsManagerService(), ec2Service()];

test.each([
  ["throttle", "Throttling", "ThrottlingException", "RequestLimitExceeded"],
  ["server-error", "InternalFailure", "InternalFailure", "InternalError"],
  ["access-denied", "AccessDenied", "AccessDeniedException", "UnauthorizedOperation"],
] as const)("%s has the code of each protocol", async (kind, query, json, ec2) => {
  await using served = await serveSmallWorld(services);
  for (const service of ["sts", "secretsmanager", "ec2"]) {
    served.server.faults.add({ service, operation: "*", kind, times: 1 });
  }
  await expect(served.sts.getCallerIdentity()).rejects.toMatchObject({ name: query });
  await expect(served.secrets.listSecrets()).rejects.toMatchObject({ name: json });
  await expect(served.ec2.describeVpcs()).rejects.toMatchObject({ name: ec2 });
  await served.sts.getCallerIdentity();
  expect(served.server.calls().map((call) => call.fault)).toEqual([kind, kind, kind, undefined]);
});

test("a denial names who may not do what", async () => {
  await using served = await serveSmallWorld(services);
  served.server.faults.add({ service: "secretsmanager", operation: "ListSecrets", kind: "access-denied", times: 1 });
  await expect(served.secrets.listSecrets()).rejects.toThrow(
    "User: arn:aws:iam::111122223333:user/operator is not authorized to perform: secretsmanager:ListSecrets on resource: *",
  );
});

test("an effect without an answer has happened; a dropped connection has done nothing", async () => {
  await using served = await serveSmallWorld(services);
  const { faults } = served.server;
  faults.add({ service: "secretsmanager", operation: "CreateSecret", kind: "effect-without-answer", times: 1 });
  await expect(served.secrets.createSecret({ Name: "done" })).rejects.toMatchObject({ code: "ECONNRESET" });
  faults.add({ service: "secretsmanager", operation: "CreateSecret", kind: "drop-connection", times: 1 });
  await expect(served.secrets.createSecret({ Name: "dropped" })).rejects.toMatchObject({ code: "ECONNRESET" });
  const { SecretList } = await served.secrets.listSecrets();
  expect(SecretList?.map((secret) => secret.Name)).toEqual(["done"]);
  expect(served.server.calls().map((call) => call.status)).toEqual([0, 0, 200]);
});

test("the SDK's own retries get over throttles, server errors and closed connections", async () => {
  await using served = await serveSmallWorld(services);
  const settings = { ...served.settings, maxAttempts: 5 };
  for (const kind of ["throttle", "server-error", "drop-connection", "effect-without-answer"] as const) {
    served.server.faults.add({ service: "secretsmanager", operation: "CreateSecret", kind, times: 1 });
  }
  const { ARN } = await new SecretsManager(settings).createSecret({ Name: "s", SecretString: "v" });
  expect(ARN).toContain(":secret:s-");
  expect(served.world.secrets.size).toBe(1);
  expect(served.server.calls()).toHaveLength(5);
  await new STS(settings).getCallerIdentity();
});

test("switches count: after how many, each how manieth, how many times", () => {
  const faults = newFaultSwitches();
  faults.add({ service: "rds", operation: "X", kind: "throttle", times: 2, after: 1, every: 2 });
  const met = Array.from({ length: 7 }, () => faults.take("rds", "X"));
  expect(met).toEqual([undefined, undefined, "throttle", undefined, "throttle", undefined, undefined]);
  faults.add({ service: "rds", operation: "*", kind: "server-error", times: 1 });
  expect(faults.take("dms", "X")).toBeUndefined();
  expect(faults.take("rds", "Y")).toBe("server-error");
  faults.add({ service: "rds", operation: "*", kind: "server-error", times: 1 });
  faults.clear();
  expect(faults.take("rds", "Y")).toBeUndefined();
});

test("faults are ordered and ended over HTTP, and an order that makes no sense is refused", async () => {
  await using served = await serveSmallWorld(services);
  const url = `${served.server.endpoint}/_local-aws/faults`;
  const order = { service: "sts", operation: "GetCallerIdentity", kind: "throttle", times: 5 };
  expect((await fetch(url, { method: "POST", body: JSON.stringify([order]) })).status).toBe(200);
  await expect(served.sts.getCallerIdentity()).rejects.toMatchObject({ name: "Throttling" });
  expect((await fetch(url, { method: "DELETE" })).status).toBe(200);
  await served.sts.getCallerIdentity();
  for (const wrong of [{ ...order, kind: "flood" }, { ...order, times: 0 }, { ...order, often: 1 }, {}, null, "x"]) {
    expect((await fetch(url, { method: "POST", body: JSON.stringify(wrong) })).status).toBe(400);
  }
});

test("a failure ordered for what is not served here is refused: a test with a typo would pass without it", async () => {
  await using served = await serveSmallWorld(services);
  const order = async (service: string, operation: string) => {
    const body = JSON.stringify({ service, operation, kind: "throttle" });
    const answer = await fetch(`${served.server.endpoint}/_local-aws/faults`, { method: "POST", body });
    return answer.status;
  };
  expect(await order("sts", "GetCallerIdentity")).toBe(200);
  expect(await order("sts", "*")).toBe(200);
  expect(await order("sts", "GetCalerIdentity")).toBe(400);
  expect(await order("rsd", "*")).toBe(400);
});

test.each([
  ["resuming", "rds-data", "*", 200],
  ["resuming", "ecs", "RunTask", 400],
  ["task-killed", "ecs", "RunTask", 200],
  ["task-killed", "ecs", "*", 400],
  ["no-capacity", "ecs", "StopTask", 400],
  ["tasks-forgotten", "ecs", "*", 200],
  ["tasks-forgotten", "rds-data", "*", 400],
])("%s can be ordered only for what plays it: %s:%s", async (kind, service, operation, status) => {
  await using served = await serveSmallWorld([ecsService(), rdsDataService()]);
  const body = JSON.stringify({ service, operation, kind });
  expect((await fetch(`${served.server.endpoint}/_local-aws/faults`, { method: "POST", body })).status).toBe(status);
});
