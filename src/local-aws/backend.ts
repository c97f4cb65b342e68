import type { FaultKind } from "./fault-switches.ts";
import { missingMembers, operationOf } from "./protocol/operation.ts";
import type { WireAnswer, WireRequest } from "./protocol/protocol.ts";
import { protocols } from "./protocol/protocols.ts";
import { missingMemberFault, refusals } from "./protocol/refusals.ts";
import type { Call, Service } from "./service.ts";
import type { World } from "./world.ts";

/** A request that was understood, not yet acted on. */
interface Invocation {
  /** Names of the input's top-level members. */
  readonly members: readonly string[];
  /** What the request asks for, with its values: a policy looks at names and tags in it. */
  readonly input: object;
  /** Acts on it. Throws an AwsFault where the service refuses. */
  run(world: () => World, requestId: string, fault?: FaultKind): Promise<WireAnswer>;
}

/** What answers the requests of one signing name. */
export interface Backend {
  readonly signingName: string;
  readonly protocol: Service["protocol"];
  /** The SDK's service; DynamoDB, which another server answers for, has none. */
  readonly service?: Service;
  /** The operation's name as the request gives it. Throws an AwsFault where it gives none. */
  operationName(request: WireRequest): string;
  /** Throws an AwsFault for an operation or an input that the service refuses to read. */
  read(operation: string, request: WireRequest): Promise<Invocation>;
}

type Handler = (input: object, call: Call) => object | Promise<object>;

/** The backend that runs a service's handlers in this process. */
export function handlersBackend(service: Service): Backend {
  const protocol = protocols[service.protocol];
  const refuse = refusals[service.protocol];
  const handlers = service.handlers as Readonly<Record<string, Handler | undefined>>;
  return {
    signingName: service.signingName,
    protocol: service.protocol,
    service,
    operationName(request) {
      const name = protocol.operationName(service, request);
      if (name === undefined) throw refuse.unknownOperation(`The request names no operation of ${service.target}.`);
      return name;
    },
    async read(name, request) {
      const operation = operationOf(service, name);
      if (!operation) throw refuse.unknownOperation(`Could not find operation ${name} for version ${service.target}`);
      const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
      if (!handler) throw refuse.unknownOperation(`The local AWS does not have ${service.signingName}:${name}.`);
      const { largestRequest } = service;
      if (largestRequest && request.body.length > largestRequest.bytes) throw largestRequest.refusal();
      const input = await protocol.decode(operation, request);
      const missing = missingMembers(operation.input, input);
      if (missing.length > 0) throw missingMemberFault(service, missing);
      return {
        members: Object.keys(input),
        input,
        async run(world, requestId, fault) {
          const output = await handler(input, { world: world(), operation: name, fault });
          return protocol.encode(service, operation, output, requestId);
        },
      };
    },
  };
}
