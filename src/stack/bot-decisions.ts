import { recordSchema } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import type { SqlTransaction } from "../database/session.ts";

const table = id(recordSchema, "bot_decision");

/**
 * What a run does with a bot instead of loading it as it is on the old cluster.
 * `kept`: had rows on the new cluster, and stays as it is there. `replaced`: its rows there were stored and removed. `deleted`: DynamoDB
 * does not know it any more. `synced`: its user synced it during the load, and what the sync wrote stays. `mixed`, `incomplete`: not
 * settled yet: rows of a sync beside loaded ones, or rows that have not arrived.
 */
export const decisions = ["kept", "replaced", "deleted", "synced", "mixed", "incomplete"] as const;

export interface BotDecision {
  readonly bot: string | null;
  readonly decision: (typeof decisions)[number];
  /** Rows that it is about: those that stay, were stored, were not loaded, or are amiss. */
  readonly rows: number;
}

const meanings: Readonly<Record<BotDecision["decision"], (rows: string) => string>> = {
  kept: (rows) => `stays as it is on the new cluster (${rows})`,
  replaced: (rows) => `is replaced; ${rows} that the new cluster held are stored`,
  deleted: (rows) => `was deleted since the snapshot, and stays so (${rows})`,
  synced: (rows) => `was synced by its user during the load, and stays so (${rows})`,
  mixed: (rows) => `was synced by its user during the load, and holds ${rows} of that beside the loaded ones`,
  incomplete: (rows) => `lacks ${rows} on the new cluster`,
};

/** A decision as a sentence, with the bot's title where it is known. */
export function describeDecision({ bot, decision, rows }: BotDecision, title?: string): string {
  const named = `bot ${bot ?? "(none)"}${title === undefined ? "" : ` ${JSON.stringify(title)}`}`;
  return `${named} ${meanings[decision](`${rows} ${rows === 1 ? "row" : "rows"}`)}`;
}

/** Decisions of bots that the operator has to settle. */
export function unsettled(all: readonly BotDecision[]): BotDecision[] {
  return all.filter(({ decision }) => decision === "mixed" || decision === "incomplete");
}

/** Makes the table that a run's record keeps its decisions in. */
export async function createDecisionTable(session: SqlTransaction): Promise<void> {
  await session.query(
    `create table if not exists ${table} (
       bot text unique nulls not distinct, decision text not null, rows float8 not null)`,
  );
}

/** The decisions of the run that holds this target. */
export async function readDecisions(session: SqlTransaction): Promise<BotDecision[]> {
  return session.query<BotDecision>(
    `select bot as "bot", decision as "decision", rows as "rows" from ${table} order by 1`,
  );
}

/** Writes decisions, over what was decided of the same bots before. */
export async function writeDecisions(session: SqlTransaction, all: readonly BotDecision[]): Promise<void> {
  for (const { bot, decision, rows } of all)
    await session.query(
      `insert into ${table} (bot, decision, rows) values ($1, $2, $3)
       on conflict (bot) do update set decision = excluded.decision, rows = excluded.rows`,
      [bot, decision, rows],
    );
}

/** Forgets what was not settled, before it is looked at again. */
export async function forgetUnsettled(session: SqlTransaction): Promise<void> {
  await session.query(`delete from ${table} where decision in ('mixed', 'incomplete')`);
}
