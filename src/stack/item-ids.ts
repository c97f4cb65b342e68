import { groupKeys, type TableName } from "../database/count-table.ts";
import type { SqlSession, SqlTransaction } from "../database/session.ts";
import { items, itemsTable } from "./items-table.ts";

/** The ids of a bot's rows, as their number and an order-independent sum: equal on both sides, the ids are the same. */
export interface BotIds {
  /** Null: rows that belong to no bot. */
  readonly bot: string | null;
  readonly rows: number;
  /** Of 64-bit hashes: as text, since it passes 2^53. */
  readonly sum: string;
}

/** What tells whether a bot's ids are the same, as one text. */
export function idsKey({ rows, sum }: BotIds): string {
  return `${rows}/${sum}`;
}

/** The sum of a bot's ids, in a statement that groups by bot. */
export const idSum = "sum(hashtextextended(id::text, 0))::text";

/** A row of the bot `$1`, in a way that an index on botid serves; null is a bot, too. */
export const ofBot = "(botid = $1::text::bpchar or ($1::text is null and botid is null))";

/** Ids that travel in one statement: 26 characters each, within the Data API's 1 MiB. */
export const idsAtOnce = 20_000;
/** Ids in one answer. */
const idsInPage = 5_000;

/** The ids of every bot's rows, summed up as `countTable` counts: part by part, in one snapshot. */
export async function botIds(session: SqlSession | SqlTransaction, table: TableName = itemsTable): Promise<BotIds[]> {
  const groups = await groupKeys(session, table, { column: "botid", key: "id" });
  return groups.map(({ group, rows, sum }) => ({ bot: group, rows, sum }));
}

/** All ids of a bot, page by page. */
export async function* idPages(session: SqlTransaction, bot: string | null): AsyncGenerator<string[]> {
  for (let last = ""; ;) {
    const page = await session.query<{ id: string }>(
      `select id::text as "id" from ${items} where ${ofBot} and id > $2::text::bpchar order by items.id limit ${idsInPage}`,
      [bot, last],
    );
    if (page.length > 0) yield page.map(({ id }) => id);
    last = page.at(-1)?.id ?? "";
    if (page.length < idsInPage) return;
  }
}

/** The ids of a bot's rows, one by one. */
export async function idsOfBot(session: SqlTransaction, bot: string | null): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const page of idPages(session, bot)) for (const id of page) ids.add(id);
  return ids;
}

/** Ids in portions that one statement takes. */
export function idPortions(ids: Iterable<string>): string[][] {
  const all = [...ids];
  return Array.from({ length: Math.ceil(all.length / idsAtOnce) }, (_, at) =>
    all.slice(at * idsAtOnce, (at + 1) * idsAtOnce),
  );
}

/** Whether a bot has any row. */
export async function hasRows(session: SqlTransaction, bot: string | null): Promise<boolean> {
  return (await session.query(`select 1 as "there" from ${items} where ${ofBot} limit 1`, [bot])).length > 0;
}
