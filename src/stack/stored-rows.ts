import { recordSchema } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import type { SqlTransaction } from "../database/session.ts";
import { type BotIds, botIds, idPortions, ofBot } from "./item-ids.ts";
import { items } from "./items-table.ts";

/**
 * Rows of `items` that a run has moved out of the way, in the schema of its record, bot by bot: on the target those that the load replaces,
 * on the temporary cluster those that are not loaded. Nothing of them is lost.
 */
const stored = { schema: recordSchema, table: "stored_item" } as const;
const table = id(stored.schema, stored.table);
/** Rows that are moved in one statement: an index that they come into makes it slow. */
const rowsAtOnce = 5_000;

export async function createStoredTable(session: SqlTransaction): Promise<void> {
  await session.query(`create schema if not exists ${id(recordSchema)}`);
  await session.query(`create table if not exists ${table} (like ${items})`);
}

/** The bots whose rows are stored; none where nothing was ever stored. */
export async function storedBots(session: SqlTransaction): Promise<BotIds[]> {
  const there = await session.query<{ there: boolean }>(`select to_regclass($1) is not null as "there"`, [table]);
  return there[0]?.there === true ? botIds(session, stored) : [];
}

/** Moves all rows of a bot out of `items`, in portions. Gives how many. */
export async function storeBot(session: SqlTransaction, bot: string | null): Promise<number> {
  return moveBot(session, { from: items, into: table }, bot);
}

/** Moves rows of a bot out of `items`, by their ids, in place of what was stored of it before: a sync has replaced that. */
export async function storeInstead(session: SqlTransaction, bot: string | null, ids: Iterable<string>): Promise<void> {
  await session.query(`delete from ${table} where ${ofBot}`, [bot]);
  for (const some of idPortions(ids))
    await moved(
      session,
      `delete from ${items} where id in (select given::bpchar from json_array_elements_text($1::text::json) as given) returning *`,
      table,
      JSON.stringify(some),
    );
}

/** Moves the stored rows of a bot back into `items`, in portions. Gives how many. */
export async function putBack(session: SqlTransaction, bot: string | null): Promise<number> {
  return moveBot(session, { from: table, into: items }, bot);
}

async function moveBot(
  session: SqlTransaction,
  { from, into }: { readonly from: string; readonly into: string },
  bot: string | null,
): Promise<number> {
  const some = `select id from ${from} where ${ofBot} limit ${rowsAtOnce}`;
  for (let all = 0; ;) {
    const rows = await moved(session, `delete from ${from} where id in (${some}) returning *`, into, bot);
    all += rows;
    if (rows < rowsAtOnce) return all;
  }
}

async function moved(session: SqlTransaction, removal: string, into: string, value: string | null): Promise<number> {
  const [counted] = await session.query<{ rows: number }>(
    `with gone as (${removal}), come as (insert into ${into} select * from gone returning 1)
     select count(*)::float8 as "rows" from come`,
    [value],
  );
  return counted?.rows ?? 0;
}
