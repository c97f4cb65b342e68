import { JsonCodec2 } from "@aws-sdk/core/protocols";
import type { AwsFault } from "../fault.ts";
import type { Service } from "../service.ts";
import { checkJsonTypes } from "./json-types.ts";
import { modelledError } from "./modelled-errors.ts";
import type { Operation } from "./operation.ts";
import type { Protocol, WireAnswer, WireRequest } from "./protocol.ts";
import { refusals } from "./refusals.ts";

/** Timestamps are seconds since 1970 (format 7) unless a trait says otherwise. */
const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

/** AWS JSON 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const json11: Protocol = {
  operationName(service: Service, request: WireRequest): string | undefined {
    const [prefix, name, ...rest] = (request.headers["x-amz-target"] ?? "").split(".");
    return prefix === service.target && rest.length === 0 ? name : undefined;
  },

  async decode(operation: Operation, request: WireRequest): Promise<Record<string, unknown>> {
    const text = Buffer.from(request.body).toString() || "{}";
    checkJsonTypes(operation.input, parse(text), refusals["json-1.1"].malformed);
    if (operation.input.isUnitSchema()) return {};
    return (await codec.createDeserializer().read(operation.input, text)) as Record<string, unknown>;
  },

  encode(_service: Service, operation: Operation, output: object): WireAnswer {
    if (operation.output.isUnitSchema()) return answer(200, "{}");
    const serializer = codec.createSerializer();
    serializer.write(operation.output, output);
    return answer(200, new Uint8Array(serializer.flush()));
  },

  encodeFault(fault: AwsFault, _requestId: string, service?: Service): WireAnswer {
    const modelled = service && modelledError(service, fault.code);
    const type = { __type: modelled?.name ?? fault.code };
    const body = { ...fault.members, ...type, [modelled?.messageMember ?? "message"]: fault.message };
    return answer(fault.status, JSON.stringify(body));
  },
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusals["json-1.1"].malformed("Request", "JSON");
  }
}

function answer(status: number, body: string | Uint8Array): WireAnswer {
  return { status, headers: { "content-type": "application/x-amz-json-1.1" }, body };
}
