import type { ArrayValue, Field, ResultSetOptions } from "@aws-sdk/client-rds-data";
import { types } from "pg";
import { unsupportedResult } from "./faults.ts";
import { largest } from "./limits.ts";
import type { FieldKind, ResultType } from "./result-types.ts";

/** A row as PostgreSQL writes it: text, or null. */
export type TextRow = readonly (string | null)[];

/**
 * The rows as Fields. Throws UnsupportedResultException for types that the Data API does not give, arrays of arrays, a row over 64 KB
 * and rows over 1 MiB in all.
 */
export function recordsOf(
  rows: readonly TextRow[],
  columns: readonly ResultType[],
  options: ResultSetOptions,
): Field[][] {
  const unknown = columns.find(({ kind }) => kind === undefined);
  if (unknown) throw unsupportedResult(`The result contains the unsupported data type ${unknown.typeName}.`);
  let size = 0;
  return rows.map((row) => {
    if (bytesOf(row) > largest.row)
      throw unsupportedResult("Packet for query is too large: a row has more than 64 KB.");
    const record = row.map((text, index) => fieldOf(text, columns[index], options));
    size += Buffer.byteLength(JSON.stringify(record, (_name, value: unknown) => inJson(value)));
    if (size > largest.response)
      throw unsupportedResult("Database returned more than the allowed response size limit of 1 MiB.");
    return record;
  });
}

function bytesOf(row: TextRow): number {
  return row.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), 0);
}

function fieldOf(text: string | null, column: ResultType | undefined, options: ResultSetOptions): Field {
  if (text === null || column?.kind === undefined) return { isNull: true };
  if (column.isArray) return { arrayValue: arrayOf(text, column.kind) };
  const { kind } = column;
  if (kind === "boolean") return { booleanValue: text === "t" };
  if (kind === "bytes") return { blobValue: bytesIn(text) };
  if (kind === "double") return { doubleValue: Number(text) };
  if (kind === "long") return options.longReturnType === "STRING" ? { stringValue: text } : longField(text);
  if (kind === "decimal" && options.decimalReturnType === "DOUBLE_OR_LONG")
    return /^-?\d+$/.test(text) ? longField(text) : { doubleValue: Number(text) };
  return { stringValue: text };
}

/** A JSON number of all digits, which a number of JavaScript might not have. */
function exactLong(text: string): number {
  return (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)) as number;
}

function longField(text: string): Field {
  return { longValue: exactLong(text) };
}

/** PostgreSQL's `\x…`, in an array without Buffer's own JSON. */
function bytesIn(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), "hex"));
}

/** The type of `text[]`, whose parser gives elements as text, whatever they are. */
const textArray: number = 1009;
const parseArray: (text: string) => unknown[] = types.getTypeParser(textArray, "text");

function arrayOf(text: string, kind: FieldKind): ArrayValue {
  const parsed = parseArray(text);
  if (parsed.some(Array.isArray)) throw unsupportedResult("The result contains a multidimensional array.");
  const items = parsed as (string | null)[];
  // The members' types know no null elements, but the API's lists may have them (the trait `sparse`).
  const each = <T>(read: (item: string) => T) => items.map((item) => (item === null ? null : read(item))) as T[];
  if (kind === "boolean") return { booleanValues: each((item) => item === "t") };
  if (kind === "long") return { longValues: each(exactLong) };
  if (kind === "double") return { doubleValues: each(Number) };
  return { stringValues: each(String) };
}

function inJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return typeof value === "bigint" ? String(value) : value;
}

/** The rows as `formattedRecords` has them: one JSON object each, by column label (Data API reference, ExecuteStatement). */
export function formatRecords(records: readonly Field[][], labels: readonly string[]): string {
  const objects = records.map((record) =>
    Object.fromEntries(record.map((field, index) => [labels[index] ?? "", valueOf(field)])),
  );
  return JSON.stringify(objects, (_name, value: unknown) => inJson(value));
}

function valueOf(field: Field): unknown {
  if (field.isNull) return null;
  const [value] = Object.values(field) as unknown[];
  return field.arrayValue === undefined ? value : Object.values(field.arrayValue)[0];
}
