import type { SqlTransaction } from "../database/session.ts";
import { idSum } from "./item-ids.ts";
import { items } from "./items-table.ts";
import { groupsOf, ofBots } from "./some-bots.ts";

/** Which rows a bot holds: to see later whether they are the same ones, or all of a later sync. */
export interface HeldRows {
  readonly bot: string | null;
  /** The number of its rows, and an order-independent sum of their ids' hashes. */
  readonly ids: string;
  readonly first: string;
  readonly last: string;
}

/** Bots that one statement asks for. */
const atOnce = 1_000;

/** What these bots hold; those without any row are left out. */
export async function heldRows(session: SqlTransaction, bots: readonly (string | null)[]): Promise<HeldRows[]> {
  const held: HeldRows[] = [];
  const asked = bots.map((bot) => ({ bot }));
  for (const group of groupsOf(asked, () => 1, { rows: atOnce, bots: atOnce })) {
    const { condition, value } = ofBots(group.map(({ bot }) => bot));
    held.push(
      ...(await session.query<HeldRows>(
        `select botid::text as "bot", count(*)::text || '/' || ${idSum} as "ids",
                min(id::text collate "C") as "first", max(id::text collate "C") as "last"
           from ${items} where ${condition} group by botid`,
        [value],
      )),
    );
  }
  return held;
}
