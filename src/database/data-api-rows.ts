import type { ColumnMetadata, ExecuteStatementResponse, Field } from "@aws-sdk/client-rds-data";

/**
 * The rows of an answer as the `pg` driver gives them: int2, int4 and floats as numbers, int8 and numeric as text, json parsed, bytea as a
 * Buffer, arrays as arrays. The answer must have its metadata, and its longs as strings.
 */
export function rowsOf({ records = [], columnMetadata = [] }: ExecuteStatementResponse): unknown[] {
  return records.map((record) =>
    Object.fromEntries(
      record.map((field, index) => [columnMetadata[index]?.label ?? "", valueOf(field, columnMetadata[index])]),
    ),
  );
}

function valueOf(field: Field, column: ColumnMetadata | undefined): unknown {
  if (field.isNull === true) return null;
  const type = column?.typeName ?? "";
  if (field.stringValue !== undefined) return textOf(field.stringValue, type);
  if (field.longValue !== undefined) return type === "int8" ? String(field.longValue) : field.longValue;
  if (field.blobValue !== undefined) return Buffer.from(field.blobValue);
  if (field.arrayValue !== undefined) return itemsOf(Object.values(field.arrayValue)[0] as string[], type);
  return field.booleanValue ?? field.doubleValue;
}

function textOf(text: string, type: string): unknown {
  if (type === "json" || type === "jsonb") return JSON.parse(text);
  return type === "int2" || type === "int4" ? Number(text) : text;
}

/** The driver gives elements of bigint[] as text. */
function itemsOf(items: readonly (string | number | boolean | null)[], type: string): unknown[] {
  return type === "_int8" ? items.map((item) => (item === null ? null : String(item))) : [...items];
}
