import { recordSchema } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import type { SqlTransaction, SqlValue } from "../database/session.ts";
import { type BotIds, idPortions, idsAtOnce, idSum } from "./item-ids.ts";
import { items } from "./items-table.ts";

/** The ids of the rows that a run has loaded, kept in its record on the target: what `undo` removes, and no other row. */
const table = id(recordSchema, "loaded_item");
const rowsAtOnce = 50_000;

export async function createLoadedTable(session: SqlTransaction): Promise<void> {
  await session.query(`create table if not exists ${table} (id character(26) primary key)`);
}

/**
 * Notes the rows of bots that are on the target exactly as they are on the source, by the source's sums. A bot that its user syncs at this
 * very moment has other sums, and is not noted: its loaded rows are gone.
 */
export async function noteWholeBots(session: SqlTransaction, bots: readonly BotIds[]): Promise<void> {
  for (const some of portions(bots)) {
    // By an equality, which can be hashed: rows of no bot are on their own.
    const ofNone = some[0]?.bot === null;
    const those = ofNone ? "botid is null" : "botid in (select bot::bpchar from whole)";
    const sameBot = (left: string, right: string) => (ofNone ? "true" : `${left} = ${right}`);
    await session.query(
      `with whole as (select * from json_to_recordset($1::text::json) as whole(bot text, rows float8, sum text)),
            here as (select botid, count(*)::float8 as rows, ${idSum} as sum from ${items} where ${those} group by botid)
       insert into ${table} (id)
       select item.id
         from here
         join whole on ${sameBot("whole.bot::bpchar", "here.botid")} and whole.rows = here.rows and whole.sum = here.sum
         join ${items} item on ${sameBot("item.botid", "here.botid")}
        where item.${those}
       on conflict do nothing`,
      [JSON.stringify(some)],
    );
  }
}

/** Bots whose rows are looked at in one statement: of so many rows, or one alone; those of no bot alone. */
function portions(bots: readonly BotIds[]): BotIds[][] {
  const all: BotIds[][] = [];
  let rows = Infinity;
  for (const bot of bots) {
    const full = rows + bot.rows > rowsAtOnce || bot.bot === null || all.at(-1)?.[0]?.bot === null;
    if (full) all.push([]);
    rows = full ? bot.rows : rows + bot.rows;
    all.at(-1)?.push(bot);
  }
  return all;
}

/** Notes rows by their ids, those that are there. */
export async function noteLoadedRows(session: SqlTransaction, ids: Iterable<string>): Promise<void> {
  for (const some of idPortions(ids))
    await session.query(
      `insert into ${table} (id) select id from ${items} where id in (select given::bpchar from ${given()}) on conflict do nothing`,
      [JSON.stringify(some)],
    );
}

/** Notes the rows whose ids a SELECT gives. */
export async function noteLoadedAmong(
  session: SqlTransaction,
  selection: string,
  values: readonly SqlValue[],
): Promise<void> {
  await session.query(`insert into ${table} (id) ${selection} on conflict do nothing`, values);
}

/** Removes these loaded rows from the target, and from the note of them. */
export async function removeLoadedRows(session: SqlTransaction, ids: Iterable<string>): Promise<void> {
  for (const some of idPortions(ids)) {
    await session.query(`delete from ${items} where id in (select given::bpchar from ${given()})`, [
      JSON.stringify(some),
    ]);
    await session.query(`delete from ${table} where id in (select given::bpchar from ${given()})`, [
      JSON.stringify(some),
    ]);
  }
}

/** How many loaded rows are noted. */
export async function countLoaded(session: SqlTransaction): Promise<number> {
  const [counted] = await session.query<{ rows: number }>(`select count(*)::float8 as "rows" from ${table}`);
  return counted?.rows ?? 0;
}

/**
 * Removes a portion of the noted rows from the target together with their note, so that it can be done again from wherever it was
 * interrupted. Gives how many notes there were; rows that users have replaced meanwhile are gone already.
 */
export async function takeBackPortion(
  session: SqlTransaction,
): Promise<{ readonly notes: number; readonly rows: number }> {
  const [taken] = await session.query<{ notes: number; rows: number }>(
    `with noted as (delete from ${table} where id in (select id from ${table} limit ${idsAtOnce}) returning id),
          removed as (delete from ${items} where id in (select id from noted) returning 1)
     select (select count(*) from noted)::float8 as "notes", (select count(*) from removed)::float8 as "rows"`,
  );
  return taken ?? { notes: 0, rows: 0 };
}

function given(): string {
  return "json_array_elements_text($1::text::json) as given";
}
