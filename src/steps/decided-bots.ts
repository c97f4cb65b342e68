import type { SqlSession } from "../database/session.ts";
import type { Run } from "../provision/run.ts";
import type { BotDecision } from "../stack/bot-decisions.ts";
import { type HeldRows, heldRows } from "../stack/held-rows.ts";
import { idsKey } from "../stack/item-ids.ts";
import { itemsTable } from "../stack/items-table.ts";
import { isOfLaterSync } from "../stack/ulid-time.ts";
import type { DecidedBot } from "../verify/judge-bot.ts";
import type { Expected } from "./expected-side.ts";
import { decisionsOf } from "./note-load.ts";

const verdicts: Partial<Record<BotDecision["decision"], DecidedBot["verdict"]>> = {
  kept: "kept",
  own: "kept",
  lost: "kept",
  deleted: "deleted since",
  synced: "synced since",
};

/** What this run has decided about bots that is not to be found in the rows, and whether those that stay hold what they held. */
export async function decidedBots(session: SqlSession, run: Run): Promise<ReadonlyMap<string | null, DecidedBot>> {
  const decisions = await decisionsOf(session, run);
  const known = decisions.filter(({ ids }) => ids !== undefined && ids !== null).map(({ bot }) => bot);
  const held = new Map((await heldRows(session, known)).map((one) => [one.bot, one]));
  return new Map(
    decisions.flatMap((one) => {
      const verdict = verdicts[one.decision];
      if (verdict === undefined) return [];
      return [[one.bot, { verdict, rows: one.rows, altered: isAltered(one, held.get(one.bot)) }] as const];
    }),
  );
}

/** Neither the rows that were to stay, nor those of a sync since: that one replaces all of them, by ids of its own time. */
function isAltered({ ids = null, last = null }: BotDecision, now: HeldRows | undefined): boolean {
  if (ids === null || last === null || now === undefined || idsKey(now) === ids) return false;
  return !isOfLaterSync(now.first, last);
}

/** What was known of the source before the decisions, as the temporary cluster is after them: their bots' rows set aside. Pure. */
export function withoutDecided(
  { source, setAside }: Expected,
  decided: ReadonlyMap<string | null, DecidedBot>,
): Expected {
  const isAside = (bot: string | null) => decided.has(bot) && decided.get(bot)?.verdict !== "synced since";
  const aside = source.bots.filter(({ bot }) => isAside(bot));
  const rows = aside.reduce((sum, one) => sum + one.rows, 0);
  const tables = source.tables.map((one) =>
    one.schema === itemsTable.schema && one.table === itemsTable.table && one.rows !== undefined
      ? { ...one, rows: one.rows - rows }
      : one,
  );
  return {
    source: { tables, bots: source.bots.filter(({ bot }) => !isAside(bot)) },
    setAside: new Map([...setAside, ...aside.map((one) => [one.bot, one.rows] as const)]),
  };
}
