import { JsonCodec2 } from "@aws-sdk/core/protocols";
import type { AwsFault } from "../fault.ts";
import type { Service } from "../service.ts";
import { checkJsonTypes } from "./json-types.ts";
import { modelledError } from "./modelled-errors.ts";
import type { Operation } from "./operation.ts";
import type { Protocol, WireAnswer, WireRequest } from "./protocol.ts";
import { refusals } from "./refusals.ts";
import { isRoute, labelsOf, queryMembers } from "./rest-routes.ts";

/** Timestamps are seconds since 1970 (format 7) unless a trait says otherwise. */
const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: true });

/**
 * AWS restJson1, as far as services go whose members are in the body, the path or the query:
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export const restJson1: Protocol = {
  operationName(service: Service, request: WireRequest): string | undefined {
    return routesOf(service.sdk).find(({ http }) => isRoute(http, request))?.name;
  },

  async decode(operation: Operation, request: WireRequest): Promise<Record<string, unknown>> {
    const text = Buffer.from(request.body).toString() || "{}";
    checkJsonTypes(operation.input, parse(text), refusals["rest-json-1"].malformed);
    const members = (await codec.createDeserializer().read(operation.input, text)) as Record<string, unknown>;
    return { ...members, ...labelsOf(operation, request), ...queryMembers(operation, request) };
  },

  encode(_service: Service, operation: Operation, output: object): WireAnswer {
    const serializer = codec.createSerializer();
    serializer.write(operation.output, output);
    return answer(200, new Uint8Array(serializer.flush()));
  },

  encodeFault(fault: AwsFault, _requestId: string, service?: Service): WireAnswer {
    const modelled = service && modelledError(service, fault.code);
    const body = JSON.stringify({ [modelled?.messageMember ?? "message"]: fault.message });
    return answer(fault.status, body, { "x-amzn-errortype": modelled?.name ?? fault.code });
  },
};

interface Route {
  readonly name: string;
  readonly http: readonly [method: string, path: string];
}

const known = new WeakMap<object, readonly Route[]>();

/** Operation names by method and path, from the `http` traits of the client package. */
function routesOf(sdk: object): readonly Route[] {
  const routes = known.get(sdk) ?? Object.values(sdk).flatMap(routeOf);
  known.set(sdk, routes);
  return routes;
}

function routeOf(schema: unknown): Route[] {
  if (!Array.isArray(schema) || schema[0] !== 9) return [];
  const [, , name, traits] = schema as [9, string, string, { http?: Route["http"] }];
  return traits.http === undefined ? [] : [{ name, http: traits.http }];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusals["rest-json-1"].malformed("Request", "JSON");
  }
}

function answer(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): WireAnswer {
  return { status, headers: { "content-type": "application/json", ...headers }, body };
}
