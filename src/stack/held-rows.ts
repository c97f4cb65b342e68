import type { SqlTransaction } from "../database/session.ts";
import { type BotIds, idsKey, idSum } from "./item-ids.ts";
import { items } from "./items-table.ts";
import { groupsOf, ofBots } from "./some-bots.ts";

/** Which rows a bot holds: to see later whether they are the same ones, or all of a later sync. */
export interface HeldRows extends BotIds {
  /** The least and the greatest of their ids, byte by byte. */
  readonly first: string;
  readonly last: string;
}

/** Bots that one statement asks for. */
const atOnce = 1_000;

/** By bot, what tells whether it holds the same rows, as `idsKey` tells it. */
export async function heldIds(
  session: SqlTransaction,
  bots: readonly (string | null)[],
): Promise<ReadonlyMap<string | null, string>> {
  return new Map((await heldRows(session, bots)).map((one) => [one.bot, idsKey(one)]));
}

/** What these bots hold; those without any row are left out. */
export async function heldRows(session: SqlTransaction, bots: readonly (string | null)[]): Promise<HeldRows[]> {
  const held: HeldRows[] = [];
  const asked = bots.map((bot) => ({ bot }));
  for (const group of groupsOf(asked, () => 1, { rows: atOnce, bots: atOnce })) {
    const { condition, value } = ofBots(group.map(({ bot }) => bot));
    held.push(
      ...(await session.query<HeldRows>(
        `select botid::text as "bot", count(*)::float8 as "rows", ${idSum} as "sum",
                min(id::text collate "C") as "first", max(id::text collate "C") as "last"
           from ${items} where ${condition} group by botid`,
        [value],
      )),
    );
  }
  return held;
}
