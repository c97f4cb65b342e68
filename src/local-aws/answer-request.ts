import { accountOf, type Authorization, readAuthorization, verifySignature } from "./authentication.ts";
import type { Backend } from "./backend.ts";
import type { CallRecord } from "./call-log.ts";
import { AwsFault } from "./fault.ts";
import type { FaultKind, FaultSwitches } from "./fault-switches.ts";
import { denial, denialOf } from "./policy/authorize.ts";
import type { Policy } from "./policy/document.ts";
import type { WireAnswer, WireRequest } from "./protocol/protocol.ts";
import { protocols } from "./protocol/protocols.ts";
import { refusals } from "./protocol/refusals.ts";
import type { RoleSessions } from "./role-sessions.ts";
import { databaseResuming } from "./services/rds-data/faults.ts";
import type { World } from "./world.ts";

/** What a request leads to; an answer that is missing means that the connection is closed instead. */
export interface Outcome {
  readonly answer: WireAnswer | undefined;
  readonly record: CallRecord;
}

/** What requests are answered with. */
export interface AnswerParts {
  readonly backends: ReadonlyMap<string, Backend>;
  readonly faults: FaultSwitches;
  /** What callers may do; everything when left out. */
  readonly policy?: Policy | undefined;
  readonly sessions?: RoleSessions | undefined;
  worldOf(accountId: string, region: string): World;
}

/** What is known of a call while it is worked on. */
type CallNotes = { -readonly [Member in keyof CallRecord]: CallRecord[Member] };

/** Authenticates a request, finds its service and operation, and answers. Never throws: what goes wrong is an answer too. */
export async function answerRequest(request: WireRequest, requestId: string, parts: AnswerParts): Promise<Outcome> {
  const authorization = readAuthorization(request.headers["authorization"] ?? "");
  const backend = authorization && parts.backends.get(authorization.signingName);
  const notes = newNotes(requestId, authorization);
  let answer: WireAnswer | undefined;
  try {
    if (!authorization || !backend) throw refuseUnrouted(request, authorization);
    answer = await answerCall({ request, authorization, backend, notes }, parts);
    if (answer?.errorCode !== undefined) notes.errorCode = answer.errorCode;
  } catch (error) {
    const fault = error instanceof AwsFault ? error : internalFault(error, notes, protocolOf(request, backend));
    notes.errorCode = fault.code;
    answer = protocols[protocolOf(request, backend)].encodeFault(fault, requestId, backend?.service);
  }
  return { answer, record: { ...notes, status: answer?.status ?? 0 } };
}

interface RoutedCall {
  readonly request: WireRequest;
  readonly authorization: Authorization;
  readonly backend: Backend;
  readonly notes: CallNotes;
}

async function answerCall(call: RoutedCall, parts: AnswerParts): Promise<WireAnswer | undefined> {
  const { request, authorization, backend, notes } = call;
  const refuse = refusals[backend.protocol];
  const session = parts.sessions?.find(authorization.accessKeyId);
  const accountId = session?.accountId ?? accountOf(authorization, refuse);
  notes.accountId = accountId;
  if (session) notes.role = session.roleArn;
  await verifySignature(request, authorization, refuse);
  notes.operation = backend.operationName(request);
  const invocation = await backend.read(notes.operation, request);
  notes.members = invocation.members;
  // What a service runs under a role of its own is not the operator.
  const fault = session ? undefined : parts.faults.take(backend.signingName, notes.operation);
  if (fault) notes.fault = fault;
  if (fault === "drop-connection") return undefined;
  refuseOrdered(fault, call);
  const world = () => parts.worldOf(accountId, authorization.region);
  if (!session) refuseUnallowed(parts.policy, invocation.input, call, world);
  const answer = await runOrRefuse();
  return fault === "effect-without-answer" ? undefined : answer;

  async function runOrRefuse(): Promise<WireAnswer | undefined> {
    try {
      return await invocation.run(world, notes.requestId, fault);
    } catch (error) {
      if (fault !== "effect-without-answer") throw error;
      return undefined;
    }
  }
}

/** Throws the failures that are an answer of the service instead of its work. */
function refuseOrdered(fault: FaultKind | undefined, { backend, notes }: RoutedCall): void {
  const refuse = refusals[backend.protocol];
  if (fault === "throttle") throw refuse.throttled();
  if (fault === "server-error") throw refuse.internal();
  if (fault === "resuming") throw databaseResuming();
  if (fault !== "access-denied") return;
  const action = `${backend.signingName}:${notes.operation}`;
  throw refuse.denied(denial(notes, action, "*", "implicitly-denied"));
}

/** Throws the protocol's refusal of what the policy does not allow. */
function refuseUnallowed(
  policy: Policy | undefined,
  input: object,
  { backend, notes }: RoutedCall,
  world: () => World,
): void {
  const call = { service: backend.signingName, operation: notes.operation, input };
  const why = policy && denialOf(policy, call, world());
  if (why !== undefined) throw refusals[backend.protocol].denied(why);
}

/** A request without an authorization, with half of one, or for a service that the local AWS does not have. */
function refuseUnrouted(request: WireRequest, authorization: Authorization | undefined): AwsFault {
  const refuse = refusals[protocolOf(request, undefined)];
  const header = request.headers["authorization"];
  if (header === undefined) return refuse.missingToken();
  if (!authorization) return refuse.incompleteSignature(header);
  return refuse.unknownOperation(`The local AWS has no service ${authorization.signingName}.`);
}

/** Without a service, the request's own form tells what its sender can read. */
function protocolOf(request: WireRequest, backend: Backend | undefined): Backend["protocol"] {
  return backend?.protocol ?? (request.headers["x-amz-target"] === undefined ? "query" : "json-1.1");
}

function internalFault(error: unknown, notes: CallNotes, protocol: Backend["protocol"]): AwsFault {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`local-aws: ${notes.service}:${notes.operation} (request ${notes.requestId}) failed: ${what}\n`);
  return refusals[protocol].internal();
}

function newNotes(requestId: string, authorization: Authorization | undefined): CallNotes {
  return {
    at: new Date().toISOString(),
    requestId,
    service: authorization?.signingName ?? "",
    operation: "",
    accountId: "",
    region: authorization?.region ?? "",
    members: [],
    status: 0,
  };
}
