import { NormalizedSchema } from "@smithy/core/schema";
import type { Service } from "../service.ts";

/** What a client package says of an error. */
export interface ModelledError {
  /** The shape's name, which is the code in the JSON protocols. */
  readonly name: string;
  /** The code in the Query protocol: shape `DBInstanceNotFoundFault` goes over the wire as `DBInstanceNotFound`. */
  readonly queryCode: string;
  readonly status: number | undefined;
  /** `message` or, in Secrets Manager, `Message`. */
  readonly messageMember: string;
}

const known = new WeakMap<object, ReadonlyMap<string, ModelledError>>();

/** The error of this service with this shape name or Query code; `undefined` for codes that AWS uses without modelling them. */
export function modelledError(service: Service, code: string): ModelledError | undefined {
  let errors = known.get(service.sdk);
  if (!errors) {
    errors = errorsOf(service.sdk);
    known.set(service.sdk, errors);
  }
  return errors.get(code);
}

function errorsOf(sdk: object): ReadonlyMap<string, ModelledError> {
  const errors = new Map<string, ModelledError>();
  for (const schema of Object.values(sdk)) {
    if (!Array.isArray(schema) || schema[0] !== -3) continue;
    const error = describe(NormalizedSchema.of(schema as unknown as Parameters<typeof NormalizedSchema.of>[0]));
    errors.set(error.queryCode, error);
    errors.set(error.name, error);
  }
  return errors;
}

interface ErrorTraits {
  readonly awsQueryError?: readonly [code: string, status: number];
  readonly httpError?: number;
}

function describe(schema: NormalizedSchema): ModelledError {
  const { awsQueryError, httpError } = schema.getMergedTraits() as ErrorTraits;
  const name = schema.getName() ?? "";
  const [queryCode = name, queryStatus] = awsQueryError ?? [];
  const members = [...schema.structIterator()].map(([member]) => member);
  return {
    name,
    queryCode,
    status: queryStatus ?? httpError,
    messageMember: members.find((member) => member.toLowerCase() === "message") ?? "message",
  };
}
