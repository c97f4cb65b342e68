import { id } from "./identifiers.ts";
import { inPages, pageRanges } from "./page-ranges.ts";
import type { SqlSession, SqlTransaction } from "./session.ts";

/** A table, by its name. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** How many of a table's parts have been counted. */
type OnPart = (done: number, total: number) => void;

/** Groups in one answer: with ids of 26 characters they are well below the Data API's 1 MiB. */
const groupsInPage = 5_000;

/**
 * The rows of a table, counted part by part in one snapshot: in the transaction that is given, which must be one of REPEATABLE READ or hold a
 * lock against writing, else in one of its own.
 */
export async function countTable(
  session: SqlSession | SqlTransaction,
  table: TableName,
  onPart: OnPart = () => undefined,
): Promise<number> {
  return inParts(session, table, onPart, async (one, part) => {
    const [counted] = await one.query<{ rows: number }>(
      `select count(*)::float8 as "rows" from ${id(table.schema, table.table)} ${part}`,
    );
    return counted?.rows ?? 0;
  }).then((counts) => counts.reduce((sum, rows) => sum + rows, 0));
}

export interface GroupCount {
  /** The column's value as text. */
  readonly group: string | null;
  readonly rows: number;
}

/** With an order-independent sum of 64-bit hashes of the rows' keys: as text, since it passes 2^53. */
export interface GroupKeys extends GroupCount {
  readonly sum: string;
}

/** The rows for each value of a column, counted as `countTable` does; in no order. */
export async function countGroups(
  session: SqlSession | SqlTransaction,
  table: TableName,
  column: string,
  onPart: OnPart = () => undefined,
): Promise<GroupCount[]> {
  return (await groupKeys(session, table, { column }, onPart)).map(({ group, rows }) => ({ group, rows }));
}

export interface Grouping {
  readonly column: string;
  /** The column whose values are summed up; none: every sum is 0. */
  readonly key?: string;
}

/** The same with a sum of each group's keys: two groups of equal sums and numbers have the same keys. */
export async function groupKeys(
  session: SqlSession | SqlTransaction,
  table: TableName,
  grouping: Grouping,
  onPart: OnPart = () => undefined,
): Promise<GroupKeys[]> {
  const counts = await inParts(session, table, onPart, (one, part) => groupsOfPart(one, table, grouping, part));
  const groups = new Map<string | null, { rows: number; sum: bigint }>();
  for (const { group, rows, sum } of counts.flat()) {
    const before = groups.get(group) ?? { rows: 0, sum: 0n };
    groups.set(group, { rows: before.rows + rows, sum: before.sum + BigInt(sum) });
  }
  return [...groups].map(([group, { rows, sum }]) => ({ group, rows, sum: String(sum) }));
}

async function groupsOfPart(
  session: SqlTransaction,
  { schema, table }: TableName,
  { column, key }: Grouping,
  part: string,
): Promise<GroupKeys[]> {
  const groups: GroupKeys[] = [];
  const hash = key === undefined ? "0" : `hashtextextended(${id(key)}::text, 0)`;
  for (;;) {
    const last = groups.at(-1)?.group;
    // Null comes first, so that the key of the next page is never null.
    const page = await session.query<GroupKeys>(
      `select "group", count(*)::float8 as "rows", sum(hash)::text as "sum"
         from (select ${id(column)}::text collate "C" as "group", ${hash} as hash from ${id(schema, table)} ${part}) as one
        ${groups.length === 0 ? "" : `where "group" > $1`}
        group by 1 order by 1 nulls first limit ${groupsInPage}`,
      groups.length === 0 ? [] : [last ?? ""],
    );
    groups.push(...page);
    if (page.length < groupsInPage) return groups;
  }
}

async function inParts<T>(
  session: SqlSession | SqlTransaction,
  table: TableName,
  onPart: OnPart,
  count: (transaction: SqlTransaction, part: string) => Promise<T>,
): Promise<T[]> {
  const parts = await pageRanges(session, table);
  // One statement is a snapshot of its own.
  if (parts.length > 1 && "transaction" in session)
    return session.transaction({ isolation: "repeatable read", readOnly: true }, (transaction) =>
      inParts(transaction, table, onPart, count),
    );
  const counts: T[] = [];
  for (const part of parts) {
    onPart(counts.length, parts.length);
    counts.push(await count(session, `where ${inPages(part)}`));
  }
  return counts;
}
