import { id } from "./identifiers.ts";
import type { SqlTransaction } from "./session.ts";
import type { TableName } from "./count-table.ts";

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
}

/** OIDs from here on are given out by a database, so that they differ between two of them (`FirstNormalObjectId` of PostgreSQL). */
const firstOwnOid = 16_384;

/**
 * The columns of a table as they go into `rowBytes`. `record_send` writes each column's type OID beside its bytes, so what an extension or a
 * user has defined is sent by its own function first (a vector as the bits of its floats), or as text where that is what it is (an enum).
 */
export async function tableColumns(session: SqlTransaction, table: TableName): Promise<TableColumns> {
  const found = await session.query<{
    name: string;
    type: string;
    oid: number;
    kind: string;
    category: string;
    send: string | null;
  }>(
    `select a.attname::text as "name", format_type(a.atttypid, a.atttypmod) as "type",
            b.oid::int8::float8 as "oid", b.typtype::text as "kind", b.typcategory::text as "category",
            case when b.typsend::oid <> 0 then b.typsend::regproc::text end as "send"
       from pg_attribute a
       join pg_type t on t.oid = a.atttypid
       join pg_type b on b.oid = case t.typtype when 'd' then t.typbasetype else t.oid end
      where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
      order by a.attname collate "C"`,
    [id(table.schema, table.table)],
  );
  const columns = found.map(({ name, type, ...about }) => ({ name, type, expression: expressionFor(name, about) }));
  return {
    compared: columns.filter((one): one is ComparedColumn => one.expression !== undefined),
    uncomparable: columns
      .filter(({ expression }) => expression === undefined)
      .map(({ name, type }) => ({ name, type })),
  };
}

function expressionFor(
  column: string,
  type: { readonly oid: number; readonly kind: string; readonly category: string; readonly send: string | null },
): string | undefined {
  const name = id(column);
  if (type.send === null) return undefined;
  if (type.kind === "e") return `${name}::text`;
  if (type.oid < firstOwnOid) return name;
  // Of a composite type or an array, the bytes hold OIDs of what is in it.
  return type.kind === "b" && type.category !== "A" ? `${type.send}(${name})` : undefined;
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
