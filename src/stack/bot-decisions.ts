import { z } from "zod";
import { recordSchema } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import type { SqlTransaction } from "../database/session.ts";

const table = id(recordSchema, "bot_decision");

/**
 * What a run does with a bot instead of loading it as it is on the old cluster, each in the words that the operator is told. Of bots that had
 * rows on the new cluster: `kept` beside the old one's, `own` alone, `replaced` stored and removed. `synced` by its user during the load.
 * `mixed`, `incomplete` and `lost` are not settled: rows of a sync beside loaded ones, rows that have not arrived, rows gone that were to stay.
 */
const meanings = {
  kept: (rows: string) => `stays as it is on the new cluster (${rows})`,
  own: (rows: string) => `is on the new cluster alone, and stays so (${rows})`,
  replaced: (rows: string) => `is replaced; ${rows} that the new cluster held are stored`,
  deleted: (rows: string) => `was deleted since the snapshot, and stays so (${rows})`,
  synced: (rows: string) => `was synced by its user during the load, and stays so (${rows})`,
  mixed: (rows: string) => `was synced by its user during the load, and holds ${rows} of that beside the loaded ones`,
  incomplete: (rows: string) => `lacks ${rows} on the new cluster`,
  lost: (rows: string) => `held ${rows} on the new cluster before the load, and holds none now`,
  back: (rows: string) => `is as it was before the load (${rows})`,
};

export interface BotDecision {
  readonly bot: string | null;
  readonly decision: keyof typeof meanings;
  /** Rows that it is about: those that stay, were stored, were not loaded, or are amiss. */
  readonly rows: number;
  /** Of a bot that stays: which rows it held, as `idsKey` tells, and the greatest of their ids. */
  readonly ids?: string | null;
  readonly last?: string | null;
}

/** A decision as a journal keeps it. */
export const botDecisionSchema = z.object({
  bot: z.string().nullable(),
  decision: z.enum(Object.keys(meanings) as (keyof typeof meanings)[]),
  rows: z.number(),
  ids: z.string().nullable().default(null),
  last: z.string().nullable().default(null),
});

/** A decision as a sentence, with the bot's title where it is known. */
export function describeDecision({ bot, decision, rows }: BotDecision, title?: string): string {
  const named = `bot ${bot ?? "(none)"}${title === undefined ? "" : ` ${JSON.stringify(title)}`}`;
  return `${named} ${meanings[decision](`${rows} ${rows === 1 ? "row" : "rows"}`)}`;
}

const open: ReadonlySet<BotDecision["decision"]> = new Set(["mixed", "incomplete", "lost"]);

/** Decisions of bots that the operator has to settle. */
export function unsettled(all: readonly BotDecision[]): BotDecision[] {
  return all.filter(({ decision }) => open.has(decision));
}

/** Makes the table that a run's record keeps its decisions in. */
export async function createDecisionTable(session: SqlTransaction): Promise<void> {
  await session.query(
    `create table if not exists ${table} (
       bot text unique nulls not distinct, decision text not null, rows float8 not null, ids text, last text)`,
  );
}

/** The decisions of the run that holds this target. */
export async function readDecisions(session: SqlTransaction): Promise<BotDecision[]> {
  return session.query<BotDecision>(
    `select bot as "bot", decision as "decision", rows as "rows", ids as "ids", last as "last" from ${table} order by 1`,
  );
}

/** Writes decisions, over what was decided of the same bots before. */
export async function writeDecisions(session: SqlTransaction, all: readonly BotDecision[]): Promise<void> {
  for (let at = 0; at < all.length; at += atOnce)
    await session.query(
      `insert into ${table} (bot, decision, rows, ids, last)
       select bot, decision, rows, ids, last
         from json_to_recordset($1::text::json) as given(bot text, decision text, rows float8, ids text, last text)
       on conflict (bot) do update
         set decision = excluded.decision, rows = excluded.rows, ids = excluded.ids, last = excluded.last`,
      [JSON.stringify(all.slice(at, at + atOnce))],
    );
}

/** Decisions that one statement takes. */
const atOnce = 5_000;

/** Forgets what was not settled; in the transaction that writes what has become of it. */
export async function forgetUnsettled(session: SqlTransaction): Promise<void> {
  await session.query(`delete from ${table} where decision in ('mixed', 'incomplete')`);
}

/** Forgets that bots lacked rows, which have come now. */
export async function forgetIncomplete(session: SqlTransaction, bots: readonly (string | null)[]): Promise<void> {
  await session.query(
    `delete from ${table} where decision = 'incomplete' and coalesce(bot, '') in
       (select coalesce(given, '') from json_array_elements_text($1::text::json) as given)`,
    [JSON.stringify(bots)],
  );
}
