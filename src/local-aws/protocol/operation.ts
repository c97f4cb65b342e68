import { NormalizedSchema } from "@smithy/core/schema";
import type { Service } from "../service.ts";

/** An operation of a client package, by the schemas that the client itself is driven by. */
export interface Operation {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Method and path, with `{labels}`, of REST protocols. */
  readonly http: readonly [method: string, path: string] | undefined;
}

/** `CreateDataMigration$` of the client package: `[9, namespace, name, traits, input, output]`. */
type OperationSchema = readonly [9, string, string, OperationTraits, SchemaReference, SchemaReference];
type OperationTraits = { readonly http?: Operation["http"] } | number;
type SchemaReference = Parameters<typeof NormalizedSchema.of>[0];

/** The operation that AWS has under this name; `undefined` where the client package knows none. */
export function operationOf(service: Service, name: string): Operation | undefined {
  if (!/^[A-Za-z0-9]+$/.test(name)) return undefined;
  const schema = (service.sdk as Readonly<Record<string, unknown>>)[`${name}$`];
  if (!isOperation(schema)) return undefined;
  const [, , , traits, input, output] = schema;
  const http = typeof traits === "object" ? traits.http : undefined;
  return { name, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output), http };
}

function isOperation(schema: unknown): schema is OperationSchema {
  return Array.isArray(schema) && schema[0] === 9;
}

/**
 * The paths of required members that `value` lacks, as AWS writes them (`tags.1.member.key`). A structure's schema lists its
 * required members first and counts them: `[3, namespace, name, traits, members, types, count]`.
 */
export function missingMembers(schema: NormalizedSchema, value: unknown, path: readonly string[] = []): string[] {
  if (Array.isArray(value)) {
    const item = schema.getValueSchema();
    return value.flatMap((entry, index) => missingMembers(item, entry, [...path, String(index + 1), "member"]));
  }
  if (typeof value !== "object" || value === null) return [];
  const entries = value as Readonly<Record<string, unknown>>;
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    return Object.entries(entries).flatMap(([key, entry]) => missingMembers(item, entry, [...path, key, "member"]));
  }
  if (!schema.isStructSchema()) return [];
  const absent = requiredMembers(schema).filter((name) => entries[name] === undefined);
  const below = [...schema.structIterator()].flatMap(([name, member]) =>
    missingMembers(member, entries[name], [...path, lowerFirst(name)]),
  );
  return [...absent.map((name) => [...path, lowerFirst(name)].join(".")), ...below];
}

function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const structure = schema.getSchema();
  if (!Array.isArray(structure) || structure[0] !== 3) return [];
  return structure[4].slice(0, structure[6] ?? 0);
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
