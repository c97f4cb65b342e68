import { Agent, request as httpRequest } from "node:http";
import type { Backend } from "./backend.ts";
import type { WireAnswer, WireRequest } from "./protocol/protocol.ts";
import { refusals } from "./protocol/refusals.ts";

const targetPrefix = "DynamoDB_20120810.";
const agent = new Agent({ keepAlive: false });

/** The backend that passes DynamoDB requests, byte for byte, to the server on a loopback port. All accounts share its tables. */
export function dynamoDbBackend(port: number): Backend {
  return {
    signingName: "dynamodb",
    protocol: "json-1.1",
    operationName(request) {
      const target = request.headers["x-amz-target"] ?? "";
      if (!target.startsWith(targetPrefix)) throw refusals["json-1.1"].unknownOperation(`No operation: ${target}`);
      return target.slice(targetPrefix.length);
    },
    read(_operation, request) {
      const input = readObject(request.body);
      return Promise.resolve({ members: Object.keys(input), input, run: () => passOn(request, port) });
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
