import type { TableColumns } from "./canonical-row.ts";
import type { TableName } from "./count-table.ts";
import { id } from "./identifiers.ts";
import { inPages, type PageRange, pageRanges } from "./page-ranges.ts";
import type { SqlTransaction } from "./session.ts";

/** A part of a table that is digested in one statement. */
export interface TablePart extends PageRange {
  readonly rows: number;
  /**
   * A sum over the row versions in it, by their places and transactions: a row that is written, changed or deleted since changes it. What a
   * version holds never changes.
   */
  readonly versions: string;
}

/** What is known of a few pages. */
export interface Stretch {
  readonly from: number;
  readonly pages: number;
  readonly rows: number;
  /** As they are stored, TOAST included. */
  readonly bytes: number;
  readonly versions: string;
}

/** Pages in a stretch. Full of rows whose vectors of 2,000 dimensions lie in TOAST they lead to some 40 MB. */
const pagesInStretch = 32;

interface PartLimit {
  readonly bytes: number;
  readonly rows: number;
  readonly pages: number;
}

/**
 * The most that one statement digests. A cold cluster of 0.5 ACU gets a page of TOAST in a millisecond or two: these are 8,000, within the
 * Data API's 45 seconds.
 */
const largest: PartLimit = { bytes: 64 * 1024 * 1024, rows: 100_000, pages: 16_384 };

/**
 * A table's parts, from one pass over its pages that reads no TOAST. In a transaction of REPEATABLE READ: what is digested afterwards must be
 * what was surveyed.
 */
export async function surveyTable(
  transaction: SqlTransaction,
  table: TableName,
  columns: TableColumns,
  { onRange, limit = largest }: { onRange?: (done: number, total: number) => void; limit?: PartLimit } = {},
): Promise<TablePart[]> {
  const ranges = await pageRanges(transaction, table);
  const stretches: Stretch[] = [];
  for (const [index, range] of ranges.entries()) {
    onRange?.(index, ranges.length);
    for (const stretch of await stretchesIn(transaction, table, columns, { ...range, pages: pagesInStretch })) {
      const { from, pages, bytes } = stretch;
      // Contents of a megabyte, in rows of a few bytes: then page by page.
      const isTooLarge = bytes > limit.bytes;
      const single = { from, to: from + pages, pages: 1 };
      stretches.push(...(isTooLarge ? await stretchesIn(transaction, table, columns, single) : [stretch]));
    }
  }
  return partsOf(stretches, limit);
}

async function stretchesIn(
  transaction: SqlTransaction,
  { schema, table }: TableName,
  { stored }: TableColumns,
  { pages, ...range }: PageRange & Pick<Stretch, "pages">,
): Promise<Stretch[]> {
  const sizes = ["0::int8", ...stored.map((name) => `coalesce(pg_column_size(${id(name)}), 0)`)];
  return transaction.query<Stretch>(
    // A ctid's first four bytes are its page. `offset 0` keeps whole rows out of what is grouped, and sorted for it on the disk.
    `select page::float8 as "from", ${pages} as "pages", count(*)::float8 as "rows", sum(bytes)::float8 as "bytes", sum(version)::text as "versions"
       from (select ('x' || encode(substr(tidsend(ctid), 1, 4), 'hex'))::bit(32)::int8 / ${pages} * ${pages} as page,
                    ${sizes.join(" + ")} as bytes,
                    hashtidextended(ctid, xmin::text::int8) as version
               from ${id(schema, table)} where ${inPages(range)} offset 0) as one
      group by page order by page`,
  );
}

/** Parts that hold every row once, each within the limits as far as a single stretch is. The last one is open. */
export function partsOf(stretches: readonly Stretch[], limit: PartLimit): TablePart[] {
  const parts: (PageRange & { rows: number; bytes: number; versions: bigint })[] = [];
  for (const { from, pages, rows, bytes, versions } of stretches) {
    const last = parts.at(-1);
    const fits =
      last !== undefined &&
      last.rows + rows <= limit.rows &&
      last.bytes + bytes <= limit.bytes &&
      from + pages - last.from <= limit.pages;
    if (fits) {
      last.rows += rows;
      last.bytes += bytes;
      last.versions += BigInt(versions);
    } else parts.push({ from: last === undefined ? 0 : from, rows, bytes, versions: BigInt(versions) });
  }
  return parts.map(({ from, rows, versions }, index) => {
    const next = parts[index + 1];
    return { from, ...(next !== undefined && { to: next.from }), rows, versions: String(versions) };
  });
}
