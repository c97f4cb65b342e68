import type { NormalizedSchema } from "@smithy/core/schema";
import type { Refusals } from "./refusals.ts";

/**
 * Throws a SerializationException where a JSON value has another type than its member: the SDK's own codec, made for clients,
 * reads on. Members that the schema does not know are let through, as AWS lets them.
 */
export function checkJsonTypes(
  schema: NormalizedSchema,
  value: unknown,
  refuse: Refusals["malformed"],
  path = "Request",
): void {
  if (value === null || value === undefined) return;
  if (schema.isStructSchema()) {
    const entries = asObject(value, refuse, path);
    for (const [name, member] of schema.structIterator()) checkJsonTypes(member, entries[name], refuse, name);
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw refuse(path, "a list");
    for (const item of value) checkJsonTypes(schema.getValueSchema(), item, refuse, path);
  } else if (schema.isMapSchema()) {
    const entries = asObject(value, refuse, path);
    for (const item of Object.values(entries)) checkJsonTypes(schema.getValueSchema(), item, refuse, path);
  } else if (!schema.isDocumentSchema()) {
    checkScalar(schema, value, refuse, path);
  }
}

function asObject(value: unknown, refuse: Refusals["malformed"], path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(path, "a structure");
  return value as Readonly<Record<string, unknown>>;
}

function checkScalar(schema: NormalizedSchema, value: unknown, refuse: Refusals["malformed"], path: string): void {
  const type = typeof value;
  if (schema.isTimestampSchema()) {
    // A trait may ask for ISO 8601 in place of epoch seconds (Smithy, timestampFormat): 5 is the schema's word for it.
    const isDate = schema.getSchema() === 5 && type === "string" && !Number.isNaN(Date.parse(String(value)));
    if (type !== "number" && !isDate) throw refuse(path, "a timestamp");
  } else if (schema.isBooleanSchema()) {
    if (type !== "boolean") throw refuse(path, "a Boolean");
  } else if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) {
    if (type !== "number") throw refuse(path, "a number");
  } else if (type !== "string") {
    throw refuse(path, "a string");
  }
}
