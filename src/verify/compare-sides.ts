import { z } from "zod";
import { compareTables, type ComparedTable } from "./compare-tables.ts";
import { type BotVerdict, botVerdicts, type DecidedBot, judgeBot } from "./judge-bot.ts";
import type { BotContent, SideContent } from "./side-content.ts";

export const comparedBotSchema = z.object({
  bot: z.string().nullable().describe("items.botid; null for rows that belong to no bot"),
  title: z.string().nullable().describe("null for an id that DynamoDB does not know (any more)"),
  source: z.number().describe("rows on the source, but for those that were set aside"),
  setAside: z.number().describe("rows of the source that a decision has taken out of the load"),
  target: z.number().describe("rows on the target"),
  verdict: z
    .enum(botVerdicts)
    .describe(
      "different: the numbers of rows; content differs: as many rows, but not the same ones; altered: one that was to stay has lost rows of its own, or gained others; orphaned: the rows are there, and the bot was deleted. kept, deleted since: as the run has decided, or the user. synced since, new since: written by users since. not judged: nobody could say whether the bot exists",
    ),
});

export type ComparedBot = z.infer<typeof comparedBotSchema>;

/** What to compare, and with which knowledge. */
export interface Question {
  readonly source: SideContent;
  readonly target: SideContent;
  /** The bots of the application, those without any row too; undefined where they could not be listed. */
  readonly bots: readonly { readonly id: string; readonly title: string }[] | undefined;
  /** The table that must have been read for an outcome of `identical`. */
  readonly mustHold: string;
  /** Whether digests were asked for: then equal numbers prove nothing. */
  readonly byContent: boolean;
  /** Bots that are not expected to be as on the source: what the run has decided about them. */
  readonly decided: ReadonlyMap<string | null, DecidedBot>;
  /** By bot, the source's rows that decisions have taken out of the load. */
  readonly setAside: ReadonlyMap<string | null, number>;
}

export interface Comparison {
  readonly outcome: "identical" | "different" | "unknown";
  readonly tables: ComparedTable[];
  readonly bots: ComparedBot[];
}

const differing: ReadonlySet<BotVerdict> = new Set(["different", "content differs"]);
const amiss: ReadonlySet<BotVerdict> = new Set([...differing, "altered", "orphaned"]);

/** Bots that are not as they are expected to be. */
export function botsAmiss(bots: readonly ComparedBot[]): ComparedBot[] {
  return bots.filter(({ verdict }) => amiss.has(verdict));
}

/** Those of them whose rows are not the source's. */
export function differingBots(bots: readonly ComparedBot[]): ComparedBot[] {
  return bots.filter(({ verdict }) => differing.has(verdict));
}

/**
 * Compares what the target holds with what is expected there: the source's rows but for what was decided on the way, and rows that users have
 * written since. `different` as soon as one number or digest differs; `unknown` where something could not be read on both sides or judged, or
 * where the table that is migrated is not among what was read; `identical` only when everything was read and is as expected.
 */
export function compareSides(question: Question): Comparison {
  const { source, target, mustHold, byContent } = question;
  const compared = compareTables(source.tables, target.tables, { byContent, botByBot: mustHold });
  // Bots of a side without the table are not zero: they are not known.
  const counted = compared.some((one) => one.table === mustHold && one.source !== null && one.target !== null);
  const bots = counted ? compareBots(question) : [];
  const asExpected = botsAmiss(bots).length === 0;
  const judged = bots.every((one) => one.verdict !== "not judged");
  const tables = compared.map((one): ComparedTable => {
    if (one.table !== mustHold || !counted) return one;
    if (one.verdict === "equal" && !asExpected) return { ...one, verdict: "content differs" };
    const explained = one.verdict === "different" && asExpected && sums(bots, compared, mustHold);
    if (explained && byContent && one.notComparable.length > 0) return { ...one, verdict: "not comparable" };
    return explained ? { ...one, verdict: judged ? "as decided" : "not judged" } : one;
  });
  const different =
    botsAmiss(bots).length > 0 ||
    tables.some(({ verdict }) => verdict === "different" || verdict === "content differs");
  const certain =
    judged &&
    tables.every((one) => one.verdict === "equal" || one.verdict === "as decided") &&
    tables.some((one) => one.table === mustHold);
  return { outcome: different ? "different" : certain ? "identical" : "unknown", tables, bots };
}

/** Whether the bots' rows are all the rows that the table has. */
function sums(bots: readonly ComparedBot[], tables: readonly ComparedTable[], mustHold: string): boolean {
  const table = tables.find((one) => one.table === mustHold);
  const sum = (side: "source" | "target") => bots.reduce((rows, bot) => rows + bot[side], 0);
  return table !== undefined && sum("source") === table.source && sum("target") === table.target;
}

function compareBots(question: Question): ComparedBot[] {
  const { source, target, bots, decided, setAside, byContent } = question;
  const byBot = (side: SideContent) => new Map(side.bots.map((one) => [one.bot, one]));
  const [left, right] = [byBot(source), byBot(target)];
  const titles = new Map<string | null, string>(bots?.map((bot) => [bot.id, bot.title]));
  const isTrusted = source.bots.some(({ bot }) => titles.has(bot));
  return [...new Set([...left.keys(), ...right.keys(), ...titles.keys(), ...decided.keys(), ...setAside.keys()])]
    .map((bot): ComparedBot => {
      const [a, b] = [left.get(bot) ?? noRows(bot), right.get(bot) ?? noRows(bot)];
      const rows = { source: a.rows, setAside: setAside.get(bot) ?? 0, target: b.rows };
      const listed = bots === undefined ? "unknown" : titles.has(bot) ? "yes" : isTrusted ? "no" : "not listed";
      const verdict = judgeBot(a, b, { listed, decision: decided.get(bot), setAside: rows.setAside, byContent });
      return { bot, title: titles.get(bot) ?? null, ...rows, verdict };
    })
    .toSorted((a, b) => b.source - a.source || ((a.bot ?? "") < (b.bot ?? "") ? -1 : 1));
}

function noRows(bot: string | null): BotContent {
  return { bot, rows: 0, digest: "0/0", firstId: null, lastId: null };
}
