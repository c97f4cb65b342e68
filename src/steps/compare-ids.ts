import type { SqlSession } from "../database/session.ts";
import { type BotIds, botIds, idsOfBot } from "../stack/item-ids.ts";

/** The ids of a bot that is not the same on both sides. */
export interface BotOverlap {
  readonly bot: string | null;
  /** On both sides: what was loaded. */
  readonly loaded: readonly string[];
  /** On the target alone: what a user's sync wrote. */
  readonly foreign: readonly string[];
  /** Rows of the source that are not on the target. */
  readonly missing: number;
}

/** Which rows of the source are on the target, by their ids. */
export interface IdComparison {
  /** Bots of the source whose ids are all on the target, and no others. */
  readonly whole: readonly BotIds[];
  readonly differing: readonly BotOverlap[];
}

/** Compares the ids of every bot that the source has: by sums, and one by one only where these differ. */
export async function compareIds(source: SqlSession, target: SqlSession): Promise<IdComparison> {
  const [here, there] = [await botIds(source), await botIds(target)];
  const onTarget = new Map(there.map((bot) => [bot.bot, bot]));
  const whole: BotIds[] = [];
  const differing: BotOverlap[] = [];
  for (const bot of here) {
    const other = onTarget.get(bot.bot);
    if (other === undefined) differing.push({ bot: bot.bot, loaded: [], foreign: [], missing: bot.rows });
    else if (other.rows === bot.rows && other.sum === bot.sum) whole.push(bot);
    else differing.push(overlapOf(bot.bot, await idsOfBot(source, bot.bot), await idsOfBot(target, bot.bot)));
  }
  return { whole, differing };
}

function overlapOf(bot: string | null, source: ReadonlySet<string>, target: ReadonlySet<string>): BotOverlap {
  const loaded = [...target].filter((id) => source.has(id));
  const foreign = [...target].filter((id) => !source.has(id));
  return { bot, loaded, foreign, missing: source.size - loaded.length };
}

/** How many rows of the source are on the target. */
export async function countArrived(source: SqlSession, target: SqlSession): Promise<number> {
  const { whole, differing } = await compareIds(source, target);
  const inWhole = whole.reduce((sum, bot) => sum + bot.rows, 0);
  return differing.reduce((sum, bot) => sum + bot.loaded.length, inWhole);
}
