import { createHash } from "node:crypto";
import { bytesHash, rowBytes, type TableColumns } from "./canonical-row.ts";
import type { TableName } from "./count-table.ts";
import { id } from "./identifiers.ts";
import { inPages, type PageRange } from "./page-ranges.ts";
import type { SqlTransaction } from "./session.ts";
import type { TablePart } from "./survey-table.ts";

/** Rows of one group, in no order. */
export interface GroupDigest {
  /** The grouping column's value as text; null where it is null, and where nothing is grouped. */
  readonly group: string | null;
  readonly rows: number;
  /** Sums of the rows' 64-bit hashes by two seeds: as text, since they pass 2^53. "0" where nothing is hashed. */
  readonly sums: readonly [string, string];
  /** The least and the greatest value of the column that is asked for, by its bytes. */
  readonly first: string | null;
  readonly last: string | null;
}

/** What is digested. */
export interface DigestQuestion {
  readonly table: TableName;
  /** Undefined: the rows are only counted. */
  readonly columns: TableColumns | undefined;
  /** The column that rows are grouped by; none: all are one group. */
  readonly groupBy?: string;
  /** The column whose least and greatest values are told. */
  readonly key?: string;
  /** Which rows are hashed; all are counted. */
  readonly sample?: RowSample | undefined;
  readonly seed: number;
}

/** The rows whose value in a column has a seeded hash among so many percent: the same rows in every database, whatever its order. */
export interface RowSample {
  readonly column: string;
  readonly percent: number;
}

/** Parts that were digested before, to be used again where their row versions are still the same. */
export interface KeptDigests {
  find(key: string): Promise<readonly GroupDigest[] | undefined>;
  keep(key: string, groups: readonly GroupDigest[]): Promise<void>;
}

/** Groups in one answer: with keys of 26 characters they are well below the Data API's 1 MiB. */
const groupsInAnswer = 2_000;

/**
 * Digests a table part by part, in the transaction that its parts were surveyed in. Each row's bytes are made once for both seeds, and only of
 * rows that are hashed. What has been done is told in rows.
 */
export async function digestTable(
  transaction: SqlTransaction,
  question: DigestQuestion,
  parts: readonly (PageRange | TablePart)[],
  options: { readonly kept?: KeptDigests | undefined; readonly onRows?: (done: number) => void } = {},
): Promise<GroupDigest[]> {
  const identity = options.kept && (await identityOf(transaction, question));
  const groups = new Map<string | null, GroupDigest>();
  let done = 0;
  for (const part of parts) {
    options.onRows?.(done);
    const key = identity !== undefined && "versions" in part ? keyOf(identity, part) : undefined;
    const before = key === undefined ? undefined : await options.kept?.find(key);
    const digested = before ?? (await digestPart(transaction, question, part));
    if (before === undefined && key !== undefined) await options.kept?.keep(key, digested);
    for (const one of digested) {
      groups.set(one.group, together(groups.get(one.group), one));
      done += one.rows;
    }
  }
  return [...groups.values()];
}

async function digestPart(
  transaction: SqlTransaction,
  question: DigestQuestion,
  part: PageRange,
): Promise<GroupDigest[]> {
  const groups: GroupDigest[] = [];
  for (;;) {
    const last = groups.at(-1)?.group;
    const page = await transaction.query<Omit<GroupDigest, "sums"> & { sum1: string; sum2: string }>(
      statementOf(question, part, groups.length > 0),
      groups.length === 0 ? [] : [last ?? ""],
    );
    groups.push(...page.map(({ sum1, sum2, ...one }) => ({ ...one, sums: [sum1, sum2] as const })));
    if (page.length < groupsInAnswer) return groups;
  }
}

/**
 * Null comes first, so that the key of the next page is never null. The first `offset 0` keeps the bytes from being made for each seed anew, the
 * other one keeps them out of what is grouped, where that is sorted.
 */
function statementOf(question: DigestQuestion, part: PageRange, isNext: boolean): string {
  const { table, groupBy, key } = question;
  const group = groupBy === undefined ? "null::text" : `${id(groupBy)}::text collate "C"`;
  const keyText = key === undefined ? "null::text" : `${id(key)}::text collate "C"`;
  const [first, second] = seedsOf(question).map(
    (seed) => `case when bytes is not null then ${bytesHash("bytes", seed)} end`,
  );
  return `select "group", count(*)::float8 as "rows",
                 coalesce(sum(hash1), 0)::text as "sum1", coalesce(sum(hash2), 0)::text as "sum2",
                 min(key) as "first", max(key) as "last"
            from (select "group", key, ${first} as hash1, ${second} as hash2
                    from (select ${group} as "group", ${keyText} as key, ${bytesOf(question)} as bytes
                            from ${id(table.schema, table.table)}
                           where ${inPages(part)} ${isNext ? `and ${group} > $1` : ""} offset 0) as one offset 0) as two
           group by 1 order by 1 nulls first limit ${groupsInAnswer}`;
}

function bytesOf({ columns, sample, seed }: DigestQuestion): string {
  if (columns === undefined) return "null::bytea";
  const bytes = rowBytes(columns.compared);
  if (sample === undefined) return bytes;
  const hash = `hashtextextended(${id(sample.column)}::text collate "C", ${seed})`;
  return `case when (${hash} & 9223372036854775807) % 1000000 < ${Math.round(sample.percent * 10_000)} then ${bytes} end`;
}

/** The names of the columns are in no row's bytes, but in the seeds: a column by another name is another table. */
function seedsOf({ columns, seed }: DigestQuestion): [number, number] {
  const names = JSON.stringify([seed, columns?.compared.map(({ name }) => name)]);
  const hash = createHash("sha256").update(names).digest();
  return [hash.readUIntBE(0, 6), hash.readUIntBE(6, 6)];
}

function together(one: GroupDigest | undefined, other: GroupDigest): GroupDigest {
  if (one === undefined) return other;
  const [first, second] = one.sums.map((sum, index) => String(BigInt(sum) + BigInt(other.sums[index] ?? 0)));
  return {
    group: one.group,
    rows: one.rows + other.rows,
    sums: [first ?? "", second ?? ""],
    first: one.first === null || (other.first !== null && other.first < one.first) ? other.first : one.first,
    last: other.last !== null && (one.last ?? "") < other.last ? other.last : one.last,
  };
}

/**
 * The server's files that the table is in, since the server's start, the versions of its columns' definitions and of the labels of enums, and
 * what is asked. The same row versions of these have the same digest: a column that was dropped and made again changes no row version.
 */
async function identityOf(transaction: SqlTransaction, question: DigestQuestion): Promise<string> {
  const { schema, table } = question.table;
  const [found] = await transaction.query<{ files: string; columns: string; labels: string; started: string }>(
    `with relation as (
       select c.oid from pg_class c where c.oid = to_regclass($1)
       union select p.relid::oid from pg_partition_tree(to_regclass($1)) p
     )
     select (select md5(string_agg(oid || '=' || pg_relation_filenode(oid), ',' order by oid)) from relation) as "files",
            (select md5(string_agg(a.attrelid || ' ' || a.attnum || ' ' || a.xmin, ',' order by a.attrelid, a.attnum))
               from pg_attribute a join relation r on a.attrelid = r.oid) as "columns",
            (select md5(string_agg(e.oid || ' ' || e.xmin, ',' order by e.oid)) from pg_enum e) as "labels",
            pg_postmaster_start_time()::text as "started"`,
    [id(schema, table)],
  );
  return JSON.stringify([found, statementOf(question, { from: 0 }, false)]);
}

function keyOf(identity: string, { from, to, rows, versions }: TablePart): string {
  return createHash("sha256")
    .update(JSON.stringify([identity, from, to, rows, versions]))
    .digest("hex");
}
