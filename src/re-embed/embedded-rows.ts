import type { SqlTransaction } from "../database/session.ts";
import { items } from "../stack/items-table.ts";
import { ofBots } from "../stack/some-bots.ts";

/** A bot's rows on the target, as far as they tell of their embedding. */
export interface EmbeddedRows {
  readonly bot: string;
  readonly rows: number;
  /** Least and greatest id: ULIDs, which carry the time. */
  readonly firstId: string;
  readonly lastId: string;
  /**
   * Transactions that wrote them: an embedding task deletes and inserts in one, so that rows of two are of two tasks that ran at the same time,
   * or of a task and a load.
   */
  readonly transactions: number;
}

/** Bots of one statement: within the Data API's 45 seconds also where each has thousands of rows. */
const botsAtOnce = 200;

/** The rows of these bots, by bot; those without any are left out. Their contents are not read. */
export async function readEmbeddedRows(
  session: SqlTransaction,
  bots: readonly string[],
): Promise<ReadonlyMap<string, EmbeddedRows>> {
  const found = new Map<string, EmbeddedRows>();
  for (let at = 0; at < bots.length; at += botsAtOnce) {
    const { condition, value } = ofBots(bots.slice(at, at + botsAtOnce));
    const rows = await session.query<EmbeddedRows>(
      `select botid::text as "bot", count(*)::float8 as "rows",
              min(id::text collate "C") as "firstId", max(id::text collate "C") as "lastId",
              count(distinct xmin::text)::float8 as "transactions"
         from ${items} where ${condition} group by botid`,
      [value],
    );
    for (const one of rows) found.set(one.bot, one);
  }
  return found;
}
