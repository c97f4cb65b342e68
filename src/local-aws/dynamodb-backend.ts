import { Agent, request as httpRequest } from "node:http";
import type { Backend } from "./backend.ts";
import type { WireAnswer, WireRequest } from "./protocol/protocol.ts";
import { refusals } from "./protocol/refusals.ts";
import { TableStreams } from "./services/dynamodb-stream.ts";
import type { StreamItem } from "./services/pipes/deliver.ts";
import type { World } from "./world.ts";

const targetPrefix = "DynamoDB_20120810.";
const agent = new Agent({ keepAlive: false });

/**
 * The backend that passes DynamoDB requests, byte for byte, to the server on a loopback port. All accounts share its tables; what is written
 * goes to the pipes of who writes it.
 */
export function dynamoDbBackend(port: number): Backend {
  const streams = new TableStreams();
  return {
    signingName: "dynamodb",
    protocol: "json-1.1",
    operationName(request) {
      const target = request.headers["x-amz-target"] ?? "";
      if (!target.startsWith(targetPrefix)) throw refusals["json-1.1"].unknownOperation(`No operation: ${target}`);
      return target.slice(targetPrefix.length);
    },
    read(operation, request) {
      const input = readObject(request.body);
      const at = {
        write: () => passOn(request, port),
        read: (table: string, key: StreamItem) => readItem(request, port, { table, key }),
      };
      const run = (world: () => World) => streams.pass(world(), { operation, input }, at);
      return Promise.resolve({ members: Object.keys(input), input, run });
    },
  };
}

/** `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}` */
function errorCodeIn(body: Uint8Array): { errorCode?: string } {
  const { __type: type } = readObject(body);
  return typeof type === "string" ? { errorCode: type.replace(/^.*#/, "") } : {};
}

function readObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(Buffer.from(body).toString());
    return typeof content === "object" && content !== null ? (content as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** As it is now; the server behind checks no signature, but wants one. */
async function readItem(
  { headers, ...request }: WireRequest,
  port: number,
  { table, key }: { readonly table: string; readonly key: StreamItem },
): Promise<StreamItem | undefined> {
  const body = Buffer.from(JSON.stringify({ TableName: table, Key: key, ConsistentRead: true }));
  const own = { ...headers, "x-amz-target": `${targetPrefix}GetItem`, "content-length": String(body.length) };
  const answer = await passOn({ ...request, headers: own, body }, port);
  return readObject(Buffer.from(answer.body))["Item"] as StreamItem | undefined;
}

function passOn(request: WireRequest, port: number): Promise<WireAnswer> {
  const { method, path, headers } = request;
  return new Promise((resolve, reject) => {
    const onward = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const body = Buffer.concat(chunks);
        const status = answer.statusCode ?? 502;
        resolve({ status, headers: answerHeaders(answer.headers), body, ...(status < 400 ? {} : errorCodeIn(body)) });
      });
    });
    onward.on("error", reject);
    onward.end(request.body);
  });
}

/** The headers that belong to the answer and not to the connection that it came by. */
function answerHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const own = Object.entries(headers).filter(
    ([name]) => !["connection", "keep-alive", "transfer-encoding"].includes(name),
  );
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
}
