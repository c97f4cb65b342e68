import type { SqlTransaction } from "../database/session.ts";
import { allEnded } from "../settled.ts";
import { items } from "../stack/items-table.ts";
import { groupsOf, ofBots } from "../stack/some-bots.ts";
import type { Both, BotRows } from "./walk-differences.ts";

/** Ids, or counts, with their bots in one answer: some hundred KB. */
const rowsAtOnce = 5_000;

/** How many rows each of these bots has on both sides; 0 where a side has none. */
export async function countRowsOf(sides: Both<SqlTransaction>, bots: readonly (string | null)[]): Promise<BotRows[]> {
  const [source, target] = await allEnded([countOf(sides.source, bots), countOf(sides.target, bots)]);
  return bots.map((bot) => ({ bot, source: source.get(bot) ?? 0, target: target.get(bot) ?? 0 }));
}

async function countOf(
  session: SqlTransaction,
  bots: readonly (string | null)[],
): Promise<ReadonlyMap<string | null, number>> {
  const counts = new Map<string | null, number>();
  const all = bots.map((bot) => ({ bot }));
  for (const group of groupsOf(all, () => 1, { rows: rowsAtOnce, bots: rowsAtOnce })) {
    const { condition, value } = ofBots(group.map(({ bot }) => bot));
    const found = await session.query<{ bot: string | null; rows: number }>(
      `select botid::text as "bot", count(*)::float8 as "rows" from ${items} where ${condition} group by botid`,
      [value],
    );
    for (const { bot, rows } of found) counts.set(bot, rows);
  }
  return counts;
}

/** The bots of rows, by their ids; nothing of those that are not there. */
export async function botsOfRows(
  session: SqlTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const bots = new Map<string, string | null>();
  for (let at = 0; at < ids.length; at += rowsAtOnce) {
    const found = await session.query<{ id: string; bot: string | null }>(
      `select id::text as "id", botid::text as "bot" from ${items}
        where id in (select given::bpchar from json_array_elements_text($1::text::json) as given)`,
      [JSON.stringify(ids.slice(at, at + rowsAtOnce))],
    );
    for (const { id, bot } of found) bots.set(id, bot);
  }
  return bots;
}

/** The rows of bots by bot and id, page by page, as both order in bytes; those of no bot last. */
export async function* rowPages(
  session: SqlTransaction,
  bots: readonly (string | null)[],
  rowsInPage: number,
): AsyncGenerator<{ readonly bot: string | null; readonly id: string }[]> {
  const most = Math.min(rowsAtOnce, rowsInPage);
  const [named, ofNone] = [bots.filter((bot) => bot !== null), bots.filter((bot) => bot === null)];
  for (const some of [named, ofNone]) {
    if (some.length === 0) continue;
    const { condition, value } = ofBots(some);
    for (let last = { bot: "", id: "" }; ;) {
      const page = await session.query<{ bot: string | null; id: string }>(
        `select botid::text as "bot", id::text as "id" from ${items}
          where ${condition}
            and (coalesce(botid::text, '') collate "C", id::text collate "C") > ($2::text, $3::text)
          order by botid::text collate "C", id::text collate "C" limit ${most}`,
        [value, last.bot, last.id],
      );
      if (page.length > 0) yield page;
      const { bot = null, id = "" } = page.at(-1) ?? {};
      last = { bot: bot ?? "", id };
      if (page.length < most) break;
    }
  }
}
