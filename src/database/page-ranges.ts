import { id } from "./identifiers.ts";
import type { TableName } from "./count-table.ts";
import type { SqlTransaction } from "./session.ts";

/** Pages of a table, from `from` to before `to`; to the end where that is left out. Of a partitioned table: these pages of every partition. */
export interface PageRange {
  readonly from: number;
  readonly to?: number;
}

/**
 * The pages of 8 KB that one statement reads: 128 MB are read within the Data API's 45 seconds even where nothing is in memory. Vectors lie
 * outside of these pages (TOAST).
 */
const pagesAtOnce = 16_384;

/** Ranges that hold every row of a table once; the last one is open. A statement that reads a range's pages, and no TOAST, is short. */
export async function pageRanges(session: SqlTransaction, { schema, table }: TableName): Promise<PageRange[]> {
  const [size] = await session.query<{ pages: number }>(
    `select (greatest(pg_relation_size(c.oid),
                      (select max(pg_relation_size(p.relid)) from pg_partition_tree(c.oid) p))
             / current_setting('block_size')::int)::float8 as "pages"
       from pg_class c where c.oid = to_regclass($1)`,
    [id(schema, table)],
  );
  const count = Math.max(1, Math.ceil((size?.pages ?? 0) / pagesAtOnce));
  return Array.from({ length: count }, (_, part) => {
    const from = part * pagesAtOnce;
    return part === count - 1 ? { from } : { from, to: from + pagesAtOnce };
  });
}

/** The condition that takes the rows of these pages: PostgreSQL reads no others for it (TID range scan, since version 14). */
export function inPages({ from, to }: PageRange): string {
  const conditions = [
    ...(from === 0 ? [] : [`ctid >= '(${from},0)'`]),
    ...(to === undefined ? [] : [`ctid < '(${to},0)'`]),
  ];
  return conditions.length === 0 ? "true" : conditions.join(" and ");
}
