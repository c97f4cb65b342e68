import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type AnswerParts, answerRequest } from "./answer-request.ts";
import { type Backend, handlersBackend } from "./backend.ts";
import { CallLog, type CallRecord } from "./call-log.ts";
import { answerControl, type Control, controlPrefix } from "./control.ts";
import { dynamoDbBackend } from "./dynamodb-backend.ts";
import { type FaultSwitches, newFaultSwitches, type Serves } from "./fault-switches.ts";
import type { Policy } from "./policy/document.ts";
import type { WireAnswer, WireRequest } from "./protocol/protocol.ts";
import type { RoleSessions } from "./role-sessions.ts";
import type { Service } from "./service.ts";
import type { World } from "./world.ts";

/** The largest request of any service used here: DynamoDB's BatchWriteItem takes 16 MB. */
const largestBody = 17 * 1024 * 1024;

/** Longer than any client keeps an idle connection for its next poll: one closed under a request would look like a fault. */
const idleConnectionMs = 120_000;

/** What the server serves, and where. */
export interface HttpServerOptions {
  readonly services: readonly Service[];
  readonly worldOf: (accountId: string, region: string) => World;
  /** 0 takes any free port. */
  readonly port?: number | undefined;
  /** Control paths besides the built-in ones. */
  readonly control?: Control | undefined;
  /** The loopback port of a server that speaks DynamoDB's protocol. */
  readonly dynamodb?: { readonly port: number } | undefined;
  /** What callers may do; everything when left out. The control paths are not subject to it. */
  readonly policy?: Policy | undefined;
  /** Credentials beside those of accounts: whoever has them is held to no policy. */
  readonly sessions?: RoleSessions | undefined;
}

/** A running server. */
export interface HttpServer {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly faults: FaultSwitches;
  /** The newest calls, oldest first. */
  calls(): readonly CallRecord[];
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

/** Serves AWS's wire protocols on 127.0.0.1: the service is told by the credential scope of the request's signature. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const log = new CallLog();
  const faults = newFaultSwitches();
  const { worldOf, policy, sessions } = options;
  const parts: AnswerParts = { backends: backendsOf(options), faults, policy, sessions, worldOf };
  const control = options.control ?? (() => undefined);

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      if (response.destroyed) return;
      process.stderr.write(`local-aws: ${error instanceof Error ? (error.stack ?? "") : String(error)}\n`);
      response.destroy();
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const request = await readRequest(incoming);
    if (!request) return send(response, requestId, tooLarge);
    if (request.path.startsWith(controlPrefix)) {
      const { status, body } = await answerControl(request, { log, faults, control, serves: servesOf(parts.backends) });
      return send(response, requestId, jsonAnswer(status, body));
    }
    const { answer, record } = await answerRequest(request, requestId, parts);
    log.add(record);
    if (!answer) response.destroy();
    else send(response, requestId, answer);
  }

  server.keepAliveTimeout = idleConnectionMs;

  const port = await listen(server, options.port ?? 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    faults,
    calls: () => log.records(),
    close: () => closeServer(server),
  };
}

function backendsOf({ services, dynamodb }: HttpServerOptions): ReadonlyMap<string, Backend> {
  const backends = services.map(handlersBackend);
  if (dynamodb) backends.push(dynamoDbBackend(dynamodb.port));
  return new Map(backends.map((backend) => [backend.signingName, backend]));
}

function servesOf(backends: ReadonlyMap<string, Backend>): Serves {
  return (name, operation) => {
    const backend = backends.get(name);
    // What DynamoDB serves is the other server's to say.
    if (backend === undefined || operation === "*" || backend.service === undefined) return backend !== undefined;
    return Object.hasOwn(backend.service.handlers, operation);
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

/** The whole request; `undefined` where it is larger than any that AWS takes. */
async function readRequest(incoming: IncomingMessage): Promise<WireRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  if (size > largestBody) return undefined;
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "/",
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}

const tooLarge = jsonAnswer(413, { message: "Request body too large" });

function jsonAnswer(status: number, body: unknown): WireAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function send(response: ServerResponse, requestId: string, answer: WireAnswer): void {
  const length = Buffer.byteLength(answer.body);
  response.writeHead(answer.status, { "x-amzn-requestid": requestId, "content-length": length, ...answer.headers });
  response.end(answer.body);
}
