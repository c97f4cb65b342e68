import { commandFor, defaultStack } from "../command-for.ts";
import type { BotDecision } from "../stack/bot-decisions.ts";
import type { OnExisting } from "../stack/on-existing.ts";
import type { Finding } from "./finding.ts";

export interface BotRows {
  /** Null: rows that belong to no bot. */
  readonly bot: string | null;
  readonly rows: number;
}

export interface BotsQuestion {
  /** What the temporary cluster was restored with. */
  readonly source: readonly BotRows[];
  readonly target: readonly BotRows[];
  /** The bots that DynamoDB knows now. */
  readonly known: readonly { readonly id: string; readonly title: string }[];
  readonly onExisting: OnExisting;
}

/**
 * What is done with each bot that cannot simply be loaded: those that have rows on the target, by the operator's choice, and those that
 * were deleted since the snapshot, which must not come back. Findings stand against a load. Pure.
 */
export function decideBots(
  question: BotsQuestion,
  stack = defaultStack,
): {
  readonly decisions: readonly BotDecision[];
  readonly findings: readonly Finding[];
} {
  const { source, target, known, onExisting } = question;
  const ids = new Set(known.map((bot) => bot.id));
  if (source.length === 0) return { decisions: [], findings: [nothingToLoad(stack)] };
  const named = source.filter(({ bot }) => bot !== null);
  if (named.length > 0 && named.every(({ bot }) => bot !== null && !ids.has(bot)))
    return { decisions: [], findings: [noneKnown(named, known.length)] };
  if (target.length > 0 && onExisting === "abort") return { decisions: [], findings: [rowsInTheWay(question, stack)] };
  const onTarget = new Map(target.map(({ bot, rows }) => [bot, rows]));
  const decisions = source.flatMap(({ bot, rows }): BotDecision[] => {
    if (bot !== null && !ids.has(bot)) return [{ bot, decision: "deleted", rows }];
    const there = onTarget.get(bot);
    if (there === undefined) return [];
    return [{ bot, decision: onExisting === "replace-target" ? "replaced" : "kept", rows: there }];
  });
  const onSource = new Set(source.map(({ bot }) => bot));
  const own = target.filter(({ bot }) => !onSource.has(bot));
  return {
    decisions: [...decisions, ...own.map(({ bot, rows }) => ({ bot, decision: "own" as const, rows }))],
    findings: [],
  };
}

/** A load of nothing would end well, and look like a migration. */
function nothingToLoad(stack: string): Finding {
  return {
    what: "The temporary cluster holds no rows at all: its snapshot is of an empty cluster, as a v1 leaves it that failed or was deployed twice.",
    remedy: `Nothing was changed. End this run (${commandFor("cleanup", { stack })}), then name the old cluster's own snapshot: restore-snapshot --source-cluster ID or --snapshot ID.`,
  };
}

/** Deleted bots stay deleted: so a list of bots that is not this deployment's would lose them all. */
function noneKnown(bots: readonly BotRows[], known: number): Finding {
  return {
    what: `DynamoDB knows none of the ${bots.length} bots that the temporary cluster holds rows of (it lists ${known} bots): they would all count as deleted since the snapshot.`,
    remedy:
      "Is this the right snapshot, and the right stack? Name others with --snapshot (restore-snapshot) and --stack.",
  };
}

/** Rows on the target stand against a load: nothing is overwritten unasked. */
function rowsInTheWay({ target, known }: BotsQuestion, stack: string): Finding {
  const load = (choice: OnExisting) => commandFor("start-dms-migration", { stack }, "--on-existing", choice);
  const titles = new Map<string | null, string>(known.map(({ id, title }) => [id, title]));
  const rows = target.reduce((sum, bot) => sum + bot.rows, 0);
  const sorted = target.toSorted((a, b) => b.rows - a.rows || ((a.bot ?? "") < (b.bot ?? "") ? -1 : 1));
  const lines = sorted.slice(0, 10).map(({ bot, rows: count }) => {
    const title = titles.get(bot);
    return `  ${bot ?? "(no bot)"}${title === undefined ? "" : ` ${JSON.stringify(title)}`}: ${count} rows`;
  });
  const more = target.length > lines.length ? [`  and ${target.length - lines.length} more bots`] : [];
  return {
    what: `The new cluster already holds ${rows} rows of ${target.length} bots, and nothing is overwritten unasked:\n${[...lines, ...more].join("\n")}`,
    remedy: [
      "Nothing was changed. They are what users synced since the deploy, or what an earlier migration loaded. Say what becomes of these bots:",
      `  ${load("keep-target")}\n    they stay as they are, and the old cluster's rows of them are not loaded`,
      `  ${load("replace-target")}\n    the old cluster's rows take their place; what is there is stored first, and \`undo\` puts it back`,
      "Bots that the old cluster has no rows of stay in either case.",
    ].join("\n"),
  };
}
