import type { SideCounts, TableCount } from "./count-rows.ts";

export type Outcome = "identical" | "different" | "unknown";

export interface ComparedTable {
  readonly table: string;
  readonly source: number | null;
  readonly target: number | null;
  readonly verdict:
    | "equal"
    | "as decided"
    | "different"
    | "missing on the source"
    | "missing on the target"
    | "not readable"
    | "not judged";
}

export interface ComparedBot {
  readonly bot: string | null;
  /** The bot's title; null for an id that DynamoDB does not know (any more). */
  readonly title: string | null;
  readonly source: number;
  readonly target: number;
  /**
   * Besides equal and different: what was decided on the way, or what its user has done since; not judged where only the target has rows, and
   * nobody could say whether there is such a bot.
   */
  readonly verdict: "equal" | "different" | "kept" | "deleted since" | "synced since" | "new since" | "not judged";
}

export interface CountsComparison {
  readonly outcome: Outcome;
  readonly tables: readonly ComparedTable[];
  readonly bots: readonly ComparedBot[];
}

/** What a run has decided about a bot. */
export interface DecidedBot {
  readonly verdict: "kept" | "deleted since";
  /** Rows that it held on the target before the load. */
  readonly rows: number;
}

/** What to compare, and with which knowledge. */
export interface CountsQuestion {
  readonly source: SideCounts;
  readonly target: SideCounts;
  /** The bots of the application, those without any row too; undefined where they could not be listed. */
  readonly bots: readonly { readonly id: string; readonly title: string }[] | undefined;
  /** The table that must have been counted for an outcome of `identical`. */
  readonly mustHold: string;
  /** Bots that are not expected to be as on the source: what the run has decided about them. */
  readonly decided: ReadonlyMap<string | null, DecidedBot>;
  /** Bots of which the target has none of the source's rows, and others instead: their user has synced them. */
  readonly syncedSince: ReadonlySet<string | null>;
}

/**
 * Compares what the target holds with what is expected there: the source's rows but for what was decided on the way, and rows that users have
 * written since. `different` as soon as one number differs; `unknown` where something could not be counted on both sides or judged, or where the
 * table that is migrated is not among what was counted; `identical` only when everything was counted and is as expected.
 */
export function compareCounts(question: CountsQuestion): CountsComparison {
  const { source, target, mustHold } = question;
  const compared = compareTables(source.tables, target.tables);
  // Bots of a side without the table are not zero: they are not known.
  const counted = compared.some((one) => one.table === mustHold && one.source !== null && one.target !== null);
  const bots = counted ? compareBots(question) : [];
  const asDecided = counted && bots.every((one) => one.verdict !== "different") && sums(bots, compared, mustHold);
  const judged = bots.every((one) => one.verdict !== "not judged");
  const tables = compared.map((one): ComparedTable => {
    const explained = asDecided && one.table === mustHold && one.verdict === "different";
    return explained ? { ...one, verdict: judged ? "as decided" : "not judged" } : one;
  });
  const differs = [...tables, ...bots].some((one) => one.verdict === "different");
  const certain =
    judged &&
    tables.every((one) => one.verdict === "equal" || one.verdict === "as decided") &&
    tables.some((one) => one.table === mustHold);
  return { outcome: differs ? "different" : certain ? "identical" : "unknown", tables, bots };
}

/** Whether the bots' rows are all the rows that the table has. */
function sums(bots: readonly ComparedBot[], tables: readonly ComparedTable[], mustHold: string): boolean {
  const table = tables.find((one) => one.table === mustHold);
  const sum = (side: "source" | "target") => bots.reduce((rows, bot) => rows + bot[side], 0);
  return table !== undefined && sum("source") === table.source && sum("target") === table.target;
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

function compareBots({ source, target, bots, decided, syncedSince }: CountsQuestion): ComparedBot[] {
  const rowsOf = (side: SideCounts) => new Map(side.bots.map((one) => [one.bot, one.rows]));
  const [left, right] = [rowsOf(source), rowsOf(target)];
  const titles = new Map<string | null, string>(bots?.map((bot) => [bot.id, bot.title]));
  const judge = (bot: string | null, a: number, b: number): ComparedBot["verdict"] => {
    const decision = decided.get(bot);
    if (decision?.verdict === "kept" && a === 0) {
      if (b > 0 || decision.rows === 0) return "kept";
      if (bot === null || titles.has(bot)) return "different";
      return bots === undefined ? "not judged" : "deleted since";
    }
    if (decision?.verdict === "deleted since") return b === 0 ? "deleted since" : "different";
    if (syncedSince.has(bot)) return "synced since";
    if (a === b) return "equal";
    // Nothing that the load could have brought. Rows of a bot that nobody knows are nobody's.
    if (a > 0 || bot === null) return "different";
    if (bots === undefined) return "not judged";
    return titles.has(bot) ? "new since" : "different";
  };
  return [...new Set([...left.keys(), ...right.keys(), ...titles.keys(), ...decided.keys()])]
    .map((bot): ComparedBot => {
      const [a, b] = [left.get(bot) ?? 0, right.get(bot) ?? 0];
      return { bot, title: titles.get(bot) ?? null, source: a, target: b, verdict: judge(bot, a, b) };
    })
    .toSorted((a, b) => b.source - a.source || ((a.bot ?? "") < (b.bot ?? "") ? -1 : 1));
}
