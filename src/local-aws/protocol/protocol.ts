import type { AwsFault } from "../fault.ts";
import type { Service } from "../service.ts";
import type { Operation } from "./operation.ts";

/** A request as it came over the wire. Header names are in lower case. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An answer as it goes over the wire; the server adds the request id. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** The code of an error that another server answered with. */
  readonly errorCode?: string;
}

/** One of AWS's wire protocols, seen from the server. */
export interface Protocol {
  /** The operation that the request names; `undefined` where it names none of this service. */
  operationName(service: Service, request: WireRequest): string | undefined;
  /** The operation's input. Throws an AwsFault for what cannot be read as such. */
  decode(operation: Operation, request: WireRequest): Promise<Record<string, unknown>>;
  encode(service: Service, operation: Operation, output: object, requestId: string): WireAnswer;
  /** The service is missing where the request did not say which one it meant. */
  encodeFault(fault: AwsFault, requestId: string, service?: Service): WireAnswer;
}
