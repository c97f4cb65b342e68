import { tableColumns, type TableColumns } from "../database/canonical-row.ts";
import { userTables } from "../database/catalog.ts";
import { type DigestQuestion, digestTable, type GroupDigest, type KeptDigests } from "../database/digest-table.ts";
import { pageRanges } from "../database/page-ranges.ts";
import type { SqlSession, SqlTransaction } from "../database/session.ts";
import { surveyTable } from "../database/survey-table.ts";
import type { Task } from "../progress.ts";
import { itemsTable } from "../stack/items-table.ts";
import type { BotContent, RowsDigest, SideContent, TableContent, VerifyLevel } from "./side-content.ts";

export interface ReadContentOptions {
  /** "all" reads what "content" does: the rest of it is not in the rows. */
  readonly level: VerifyLevel;
  /** Digests are of so many percent of the rows of `items`, chosen by their ids; counts are of all. Other tables are digested whole. */
  readonly samplePercent?: number | undefined;
  /** Chooses the hashes, and the sample: the same on both sides. */
  readonly seed?: number | undefined;
  /** What an earlier run has digested of this database: for the source, which is frozen. */
  readonly kept?: KeptDigests | undefined;
}

/**
 * What one side holds, read in one read-only REPEATABLE READ transaction: the rows of every user table and of every bot, and digests of them.
 * Exact: no statistics. Throws where row level security would hide rows from the login.
 */
export async function readContent(session: SqlSession, options: ReadContentOptions, task: Task): Promise<SideContent> {
  const transactionOptions = { isolation: "repeatable read" as const, readOnly: true, settings };
  return session.transaction(transactionOptions, async (transaction) => {
    const tables: TableContent[] = [];
    let bots: BotContent[] = [];
    for (const { schema, table, readable } of await userTables(transaction)) {
      const isItems = schema === itemsTable.schema && table === itemsTable.table;
      if (!readable) {
        tables.push({ schema, table, rows: undefined, digest: undefined, uncomparable: [] });
        continue;
      }
      const columns = await columnsOf(transaction, { schema, table }, options);
      const question: DigestQuestion = {
        table: { schema, table },
        columns: isDigested(columns) ? columns : undefined,
        seed: options.seed ?? 0,
        ...(isItems && { groupBy: "botid", key: "id", sample: sampleOf(options) }),
      };
      const groups = await readTable(transaction, question, options, task);
      if (isItems) bots = botsOf(groups, question);
      const digest = isDigested(columns) ? digestOf(groups) : undefined;
      const uncomparable = columns?.uncomparable ?? [];
      tables.push({ schema, table, rows: groups.reduce((sum, { rows }) => sum + rows, 0), digest, uncomparable });
    }
    return { tables, bots };
  });
}

/** Settings that the two sides could differ in, and that a value's bytes or its text depend on; and what makes many rows slow. */
const settings = {
  // A row security policy would hide rows from the count: refuse to count instead.
  row_security: "off",
  // Whoever holds the table all to himself is not waited for without end.
  lock_timeout: "60s",
  // `textsend` converts to it.
  client_encoding: "UTF8",
  // Names of objects (regclass) are written with their schema.
  search_path: "pg_catalog",
  jit: "off",
};

async function columnsOf(
  transaction: SqlTransaction,
  table: DigestQuestion["table"],
  { level }: ReadContentOptions,
): Promise<TableColumns | undefined> {
  return level === "counts" ? undefined : tableColumns(transaction, table);
}

/** Of a table none of whose columns can be compared, a digest would say nothing. One without any column has its number of rows. */
function isDigested(columns: TableColumns | undefined): boolean {
  return columns !== undefined && (columns.compared.length > 0 || columns.uncomparable.length === 0);
}

function sampleOf({ samplePercent }: ReadContentOptions): DigestQuestion["sample"] {
  return samplePercent === undefined ? undefined : { column: "id", percent: samplePercent };
}

async function readTable(
  transaction: SqlTransaction,
  question: DigestQuestion,
  { kept }: ReadContentOptions,
  task: Task,
): Promise<GroupDigest[]> {
  const { table, columns } = question;
  const name = `${table.schema}.${table.table}`;
  if (columns === undefined) {
    const ranges = await pageRanges(transaction, table);
    task.state(name);
    return digestTable(transaction, question, ranges);
  }
  const onRange = (done: number, total: number): void => {
    if (total > 1) task.measure({ phase: `${name}: its pages`, done, total, unit: "parts" });
  };
  const parts = await surveyTable(transaction, table, columns, { onRange });
  const total = parts.reduce((sum, { rows }) => sum + rows, 0);
  const onRows = (done: number): void => task.measure({ phase: name, done, total, unit: "rows" });
  return digestTable(transaction, question, parts, { kept, onRows });
}

function botsOf(groups: readonly GroupDigest[], { columns }: DigestQuestion): BotContent[] {
  const last = "\u{10ffff}";
  return groups
    .map((one) => ({
      bot: one.group,
      rows: one.rows,
      digest: columns === undefined ? undefined : digestOf([one]),
      firstId: one.first,
      lastId: one.last,
    }))
    .toSorted((a, b) => ((a.bot ?? last) < (b.bot ?? last) ? -1 : 1));
}

function digestOf(groups: readonly GroupDigest[]): RowsDigest {
  const sum = (index: 0 | 1) => groups.reduce((total, { sums }) => total + BigInt(sums[index]), 0n);
  return `${sum(0)}/${sum(1)}`;
}
