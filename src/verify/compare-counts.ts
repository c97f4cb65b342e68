import type { SideCounts, TableCount } from "./count-rows.ts";

export type Outcome = "identical" | "different" | "unknown";

export interface ComparedTable {
  readonly table: string;
  readonly source: number | null;
  readonly target: number | null;
  readonly verdict: "equal" | "different" | "missing on the source" | "missing on the target" | "not readable";
}

export interface ComparedBot {
  readonly bot: string | null;
  /** The bot's title; null for an id that DynamoDB does not know (any more). */
  readonly title: string | null;
  readonly source: number;
  readonly target: number;
  readonly verdict: "equal" | "different";
}

export interface CountsComparison {
  readonly outcome: Outcome;
  readonly tables: readonly ComparedTable[];
  readonly bots: readonly ComparedBot[];
}

/** What to compare, and with which knowledge. */
export interface CountsQuestion {
  readonly source: SideCounts;
  readonly target: SideCounts;
  /** The bots of the application, those without any row too. */
  readonly bots: readonly { readonly id: string; readonly title: string }[];
  /** The table that must have been counted for an outcome of `identical`. */
  readonly mustHold: string;
}

/**
 * Compares what both sides hold. `different` as soon as one number differs; `unknown` where something could not be counted on both sides, or
 * where the table that is migrated is not among what was counted; `identical` only when everything was counted and is equal.
 */
export function compareCounts(question: CountsQuestion): CountsComparison {
  const { source, target, mustHold } = question;
  const tables = compareTables(source.tables, target.tables);
  // Bots of a side without the table are not zero: they are not known.
  const counted = tables.some((one) => one.table === mustHold && one.source !== null && one.target !== null);
  const bots = counted ? compareBots(question) : [];
  const differs = [...tables, ...bots].some((one) => one.verdict === "different");
  const certain = tables.every((one) => one.verdict === "equal") && tables.some((one) => one.table === mustHold);
  return { outcome: differs ? "different" : certain ? "identical" : "unknown", tables, bots };
}

function compareTables(source: readonly TableCount[], target: readonly TableCount[]): ComparedTable[] {
  const named = (tables: readonly TableCount[]) => new Map(tables.map((one) => [`${one.schema}.${one.table}`, one]));
  const [left, right] = [named(source), named(target)];
  const names = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return names.map((table) => {
    const [a, b] = [left.get(table), right.get(table)];
    return { table, source: a?.rows ?? null, target: b?.rows ?? null, verdict: judgeTable(a, b) };
  });
}

function judgeTable(source: TableCount | undefined, target: TableCount | undefined): ComparedTable["verdict"] {
  if (source === undefined) return "missing on the source";
  if (target === undefined) return "missing on the target";
  if (source.rows === undefined || target.rows === undefined) return "not readable";
  return source.rows === target.rows ? "equal" : "different";
}

function compareBots({ source, target, bots }: CountsQuestion): ComparedBot[] {
  const rowsOf = (side: SideCounts) => new Map(side.bots.map((one) => [one.bot, one.rows]));
  const [left, right] = [rowsOf(source), rowsOf(target)];
  const titles = new Map<string | null, string>(bots.map((bot) => [bot.id, bot.title]));
  return [...new Set([...left.keys(), ...right.keys(), ...titles.keys()])]
    .map((bot): ComparedBot => {
      const [a, b] = [left.get(bot) ?? 0, right.get(bot) ?? 0];
      return { bot, title: titles.get(bot) ?? null, source: a, target: b, verdict: a === b ? "equal" : "different" };
    })
    .toSorted((a, b) => b.source - a.source || ((a.bot ?? "") < (b.bot ?? "") ? -1 : 1));
}
