import type { Field, SqlParameter } from "@aws-sdk/client-rds-data";
import { badRequest } from "./faults.ts";
import { type NumberedStatement, numberParameters } from "./named-parameters.ts";

/** A statement as PostgreSQL takes it. */
export interface BoundStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The SQL type that a string has by its type hint (Data API reference, SqlParameter). */
const hintedTypes: Readonly<Record<string, string>> = {
  DATE: "date",
  DECIMAL: "numeric",
  JSON: "json",
  TIME: "time",
  TIMESTAMP: "timestamp",
  UUID: "uuid",
};

/**
 * Binds the parameters of a call. Each has the type of its value, so that a string for a uuid column is refused without a cast or a
 * hint, as on AWS ("column is of type uuid but expression is of type character varying"). Throws BadRequestException for names
 * without a value, values without a place and arrays.
 */
export function bindParameters(sql: string, parameters: readonly SqlParameter[] = []): BoundStatement {
  const given = new Map(parameters.map((parameter) => [parameter.name ?? "", boundValue(parameter)]));
  const statement: NumberedStatement = numberParameters(sql, (name, number) => {
    const type = given.get(name)?.type;
    return type === undefined ? number : `CAST(${number} AS ${type})`;
  });
  const missing = statement.names.find((name) => !given.has(name));
  if (missing !== undefined) throw badRequest(`Cannot find parameter: ${missing}`);
  const unused = [...given.keys()].find((name) => !statement.names.includes(name));
  if (unused !== undefined) throw badRequest(`The statement has no parameter ${unused}`);
  return { text: statement.text, values: statement.names.map((name) => given.get(name)?.value) };
}

/** A value and the SQL type that it goes to PostgreSQL with; NULL has the type that its place gives it. */
interface BoundValue {
  readonly value: unknown;
  readonly type?: string;
}

function boundValue({ name = "", value, typeHint }: SqlParameter): BoundValue {
  if (value === undefined) throw badRequest(`The parameter ${name} has no value`);
  if (value.stringValue !== undefined) return { value: value.stringValue, type: typeOfString(typeHint) };
  if (typeHint !== undefined && value.isNull !== true) throw badRequest(`A typeHint needs a stringValue: ${name}`);
  return plainValue(name, value);
}

function typeOfString(typeHint: string | undefined): string {
  if (typeHint === undefined) return "varchar";
  const type = hintedTypes[typeHint];
  if (type === undefined) throw badRequest(`Unknown typeHint: ${typeHint}`);
  return type;
}

function plainValue(name: string, value: Field): BoundValue {
  if (value.isNull === true) return { value: null };
  if (value.longValue !== undefined) return { value: value.longValue, type: "bigint" };
  if (value.doubleValue !== undefined) return { value: value.doubleValue, type: "float8" };
  if (value.booleanValue !== undefined) return { value: value.booleanValue, type: "boolean" };
  if (value.blobValue !== undefined) return { value: Buffer.from(value.blobValue), type: "bytea" };
  if (value.arrayValue !== undefined) throw badRequest(`Array parameters are not supported: ${name}`);
  throw badRequest(`The parameter ${name} has no value`);
}
