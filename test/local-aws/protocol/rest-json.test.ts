import {
  ExecuteStatementCommand,
  HttpEndpointNotEnabledException,
  RDSDataClient,
  type SqlParameter,
} from "@aws-sdk/client-rds-data";
import type * as sdk from "@aws-sdk/client-rds-data";
import { expect, test } from "vitest";
import { AwsFault } from "../../../src/local-aws/fault.ts";
import type { Handlers, Service } from "../../../src/local-aws/service.ts";
import { rdsDataService } from "../../../src/local-aws/services/rds-data/service.ts";
import { sendSigned } from "../signed-request.ts";
import { serveSmallWorld } from "../small-world.ts";

function dataWith(handlers: Handlers<typeof sdk>): Service {
  return { ...rdsDataService(), handlers };
}

const call = { resourceArn: "arn:aws:rds:us-east-1:111122223333:cluster:c", secretArn: "s", sql: "select 1" };

test("unions, bytes and wide characters arrive as they were sent, in both directions", async () => {
  const seen: unknown[] = [];
  const parameters: SqlParameter[] = [
    { name: "text", value: { stringValue: '日本語 🐘 "quoted" \\\n' } },
    { name: "bytes", value: { blobValue: new Uint8Array([0, 255]) } },
    { name: "number", value: { doubleValue: -1.5 } },
    { name: "none", value: { isNull: true } },
  ];
  const records = [parameters.flatMap(({ value }) => (value ? [value] : []))];
  const service = dataWith({
    ExecuteStatement(input) {
      seen.push(input);
      return { records };
    },
  });
  await using served = await serveSmallWorld([service]);
  const answer = await new RDSDataClient(served.settings).send(new ExecuteStatementCommand({ ...call, parameters }));
  expect(seen).toEqual([{ ...call, parameters }]);
  expect(answer.records).toEqual(records);
});

test("an error has its type in a header, and arrives as the client's own", async () => {
  const service = dataWith({
    ExecuteStatement() {
      throw new AwsFault("HttpEndpointNotEnabledException", "not enabled");
    },
  });
  await using served = await serveSmallWorld([service]);
  const sent = new RDSDataClient(served.settings).send(new ExecuteStatementCommand(call));
  const error: unknown = await sent.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HttpEndpointNotEnabledException);
  expect(error).toMatchObject({ message: "not enabled", $metadata: { httpStatusCode: 400 } });
});

test.each([
  ["/Execute", "{", 400, "SerializationException"],
  ["/Execute", '{"sql": 1}', 400, "SerializationException"],
  ["/Execute", '{"sql": "select 1"}', 400, "BadRequestException"],
  ["/ExecuteSql", "{}", 400, "UnknownOperationException"],
  ["/Nothing", "{}", 400, "UnknownOperationException"],
])("%s with %s is refused", async (path, body, status, code) => {
  await using served = await serveSmallWorld([rdsDataService()]);
  const headers = { "content-type": "application/json" };
  const answer = await sendSigned(served.server.endpoint, "rds-data", { path, headers, body });
  expect([answer.status, answer.headers.get("x-amzn-errortype")]).toEqual([status, code]);
  expect(JSON.parse(answer.body)).toEqual({ message: expect.any(String) as string });
});
