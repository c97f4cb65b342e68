import type { SqlSession } from "../database/session.ts";
import type { Run } from "../provision/run.ts";
import type { BotDecision } from "../stack/bot-decisions.ts";
import { itemsTable } from "../stack/items-table.ts";
import type { DecidedBot } from "../verify/compare-sides.ts";
import type { Expected } from "./expected-side.ts";
import { decisionsOf } from "./note-load.ts";

const verdicts: Partial<Record<BotDecision["decision"], DecidedBot["verdict"]>> = {
  kept: "kept",
  own: "kept",
  lost: "kept",
  deleted: "deleted since",
};

/** What this run has decided about bots that is not to be found in the rows. */
export async function decidedBots(session: SqlSession, run: Run): Promise<ReadonlyMap<string | null, DecidedBot>> {
  const decided = (await decisionsOf(session, run)).flatMap(({ bot, decision, rows }) => {
    const verdict = verdicts[decision];
    return verdict === undefined ? [] : [[bot, { verdict, rows }] as const];
  });
  return new Map(decided);
}

/** What was known of the source before the decisions, as the temporary cluster is after them: their bots' rows set aside. Pure. */
export function withoutDecided(
  { source, setAside }: Expected,
  decided: ReadonlyMap<string | null, DecidedBot>,
): Expected {
  const aside = source.bots.filter(({ bot }) => decided.has(bot));
  const rows = aside.reduce((sum, one) => sum + one.rows, 0);
  const tables = source.tables.map((one) =>
    one.schema === itemsTable.schema && one.table === itemsTable.table && one.rows !== undefined
      ? { ...one, rows: one.rows - rows }
      : one,
  );
  return {
    source: { tables, bots: source.bots.filter(({ bot }) => !decided.has(bot)) },
    setAside: new Map([...setAside, ...aside.map((one) => [one.bot, one.rows] as const)]),
  };
}
