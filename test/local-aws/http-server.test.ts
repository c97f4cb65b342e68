import { DescribeDBClustersCommand, RDSClient } from "@aws-sdk/client-rds";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { STS } from "@aws-sdk/client-sts";
import { expect, test, vi } from "vitest";
import { startHttpServer } from "../../src/local-aws/http-server.ts";
import { ec2Service } from "../../src/local-aws/services/ec2.ts";
import { secretsManagerService } from "../../src/local-aws/services/secrets-manager.ts";
import { stsService } from "../../src/local-aws/services/sts.ts";
import { rdsWith } from "./echo-service.ts";
import { clientSettings, serveSmallWorld, smallWorld } from "./small-world.ts";

const services = [stsService(), secretsManagerService(), ec2Service()];

test("a request without an authorization is refused in the form that its sender reads", async () => {
  await using served = await serveSmallWorld(services);
  const { endpoint } = served.server;
  const query = await fetch(endpoint, { method: "POST", body: "Action=GetCallerIdentity&Version=2011-06-15" });
  expect(query.status).toBe(403);
  expect(await query.text()).toContain("<Code>MissingAuthenticationToken</Code>");
  const headers = { "x-amz-target": "secretsmanager.ListSecrets" };
  const json = await fetch(endpoint, { method: "POST", headers, body: "{}" });
  expect(json.status).toBe(403);
  expect(await json.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  const half = await fetch(endpoint, { method: "POST", headers: { authorization: "AWS4-HMAC-SHA256 Credential=x" } });
  expect(await half.text()).toContain("<Code>IncompleteSignature</Code>");
});

test("an unknown access key id is refused by each protocol's own code", async () => {
  await using served = await serveSmallWorld(services);
  const settings = clientSettings(served.server.endpoint, "AKIAIOSFODNN7EXAMPLE");
  await expect(new STS(settings).getCallerIdentity()).rejects.toMatchObject({ name: "InvalidClientTokenId" });
  await expect(new SecretsManager(settings).listSecrets()).rejects.toMatchObject({
    name: "UnrecognizedClientException",
  });
});

test("a wrong secret access key is refused", async () => {
  await using served = await serveSmallWorld(services);
  const credentials = { accessKeyId: "LOCALAWSACCESSKEY", secretAccessKey: "wrong" };
  const settings = { ...served.settings, credentials };
  await expect(new STS(settings).getCallerIdentity()).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  await expect(new SecretsManager(settings).listSecrets()).rejects.toMatchObject({ name: "InvalidSignatureException" });
});

test("account and Region of the signature choose the world", async () => {
  const asked: string[] = [];
  const server = await startHttpServer({
    services,
    worldOf(accountId, region) {
      asked.push(`${accountId} ${region}`);
      return smallWorld(accountId, region);
    },
  });
  const settings = { ...clientSettings(server.endpoint, "444455556666"), region: "ap-northeast-1" };
  const { ARN } = await new SecretsManager(settings).createSecret({ Name: "s" });
  await server.close();
  expect(asked).toEqual(["444455556666 ap-northeast-1"]);
  expect(ARN).toMatch(/^arn:aws:secretsmanager:ap-northeast-1:444455556666:secret:s-\w{6}$/);
});

test("a service that there is not is refused", async () => {
  await using served = await serveSmallWorld(services);
  await expect(served.rds.send(new DescribeDBClustersCommand())).rejects.toThrow("has no service rds");
});

test("a handler's defect is an internal failure with its stack on stderr", async () => {
  await using served = await serveSmallWorld([
    rdsWith({
      DescribeDBClusters() {
        throw new TypeError("a defect of the handler");
      },
    }),
  ]);
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await expect(served.rds.send(new DescribeDBClustersCommand())).rejects.toMatchObject({
    name: "InternalFailure",
    $metadata: { httpStatusCode: 500 },
  });
  const written = stderr.mock.calls.map(([text]) => String(text));
  stderr.mockRestore();
  expect(written).toHaveLength(1);
  expect(written[0]).toContain("local-aws: rds:DescribeDBClusters");
  expect(written[0]).toContain("TypeError: a defect of the handler");
});

test("the log tells calls by names, and no value of theirs", async () => {
  await using served = await serveSmallWorld(services);
  await served.secrets.createSecret({ Name: "s", SecretString: "hunter2" });
  await served.secrets.describeSecret({ SecretId: "none" }).catch(() => undefined);
  const answer = await fetch(`${served.server.endpoint}/_local-aws/calls`);
  const text = await answer.text();
  expect(text).not.toContain("hunter2");
  expect(JSON.parse(text)).toEqual({ calls: served.server.calls() });
  expect(served.server.calls()).toMatchObject([
    {
      service: "secretsmanager",
      operation: "CreateSecret",
      accountId: "111122223333",
      region: "us-east-1",
      members: ["Name", "ClientRequestToken", "SecretString"],
      status: 200,
    },
    { operation: "DescribeSecret", status: 400, errorCode: "ResourceNotFoundException" },
  ]);
});

test("control paths of the caller's own are asked after the built-in ones", async () => {
  const asked: unknown[] = [];
  await using served = await serveSmallWorld(services, {
    control(method, path, body) {
      if (path !== "/_local-aws/deploy") return undefined;
      asked.push([method, body]);
      return Promise.resolve({ status: 202, body: { ok: true } });
    },
  });
  const base = `${served.server.endpoint}/_local-aws`;
  const answer = await fetch(`${base}/deploy`, { method: "POST", body: '{"to":"v1"}' });
  expect([answer.status, await answer.json()]).toEqual([202, { ok: true }]);
  expect(asked).toEqual([["POST", { to: "v1" }]]);
  expect((await fetch(`${base}/nothing`)).status).toBe(404);
  expect((await fetch(`${base}/deploy`, { method: "POST", body: "{" })).status).toBe(400);
});

test("control paths take nothing from a browser", async () => {
  await using served = await serveSmallWorld(services);
  const url = `${served.server.endpoint}/_local-aws/calls`;
  expect((await fetch(url, { headers: { origin: "https://example.com" } })).status).toBe(403);
});

test("a body larger than any that AWS takes is refused", async () => {
  await using served = await serveSmallWorld(services);
  const answer = await fetch(served.server.endpoint, { method: "POST", body: new Uint8Array(18 * 1024 * 1024) });
  expect(answer.status).toBe(413);
});

test("closing ends open connections and frees the port", async () => {
  const served = await serveSmallWorld(services);
  await served.sts.getCallerIdentity();
  await served.server.close();
  await served.server.close();
  await expect(new RDSClient(served.settings).send(new DescribeDBClustersCommand())).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});
