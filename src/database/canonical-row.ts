import { columnTypes } from "./column-types.ts";
import { id } from "./identifiers.ts";
import type { SqlTransaction } from "./session.ts";
import type { TableName } from "./count-table.ts";
import { valueBytes } from "./value-bytes.ts";

/** A column, and what stands for its value in a row's canonical byte string. */
export interface ComparedColumn {
  readonly name: string;
  /** As PostgreSQL spells it: `vector(1024)`, `character(26)`. */
  readonly type: string;
  /** SQL over the column whose type has the same OID in every database. */
  readonly expression: string;
}

/** A column whose values cannot be compared between two databases. */
export interface UncomparableColumn {
  readonly name: string;
  readonly type: string;
}

/** The columns of a table, in the order of their names: it is not the same on both sides where a column was added later. */
export interface TableColumns {
  readonly compared: readonly ComparedColumn[];
  readonly uncomparable: readonly UncomparableColumn[];
  /** The names of those whose values have no fixed length: what makes a row large. */
  readonly stored: readonly string[];
}

/**
 * The columns of a table as they go into `rowBytes`; none where there is no such table. Of a partitioned table the parent's. A column whose
 * type cannot be sent is `uncomparable`.
 */
export async function tableColumns(session: SqlTransaction, table: TableName): Promise<TableColumns> {
  const found = await session.query<{ name: string; type: string; oid: number; hasSize: boolean }>(
    `select a.attname::text as "name", format_type(a.atttypid, a.atttypmod) as "type", a.atttypid::int8::float8 as "oid",
            a.attlen = -1 as "hasSize"
       from pg_attribute a
      where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
      order by a.attname collate "C"`,
    [id(table.schema, table.table)],
  );
  const types = await columnTypes(session, table);
  const columns = found.map(({ name, type, oid }) => ({ name, type, expression: valueBytes(id(name), oid, types) }));
  return {
    compared: columns.filter((one): one is ComparedColumn => one.expression !== undefined),
    uncomparable: columns
      .filter(({ expression }) => expression === undefined)
      .map(({ name, type }) => ({ name, type })),
    stored: found.filter(({ hasSize }) => hasSize).map(({ name }) => name),
  };
}

/** One byte string a row, in which everything counts: every bit of a float, NULL apart from empty, the Unicode form and trailing blanks of a text. */
export function rowBytes(columns: readonly Pick<ComparedColumn, "expression">[]): string {
  return `record_send(row(${columns.map(({ expression }) => expression).join(", ")}))`;
}

/**
 * A seeded 64-bit hash of a byte string. Of the byte string, not of the columns: a hash that is linear in them would not see a value that was
 * swapped between two rows of a sum.
 */
export function bytesHash(bytes: string, seed: number): string {
  return `hash_record_extended(row(${bytes}), ${seed})`;
}
