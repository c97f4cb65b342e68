import type { Writable } from "node:stream";
import type { BotDifferences } from "../verify/differences.ts";
import { confirm } from "./confirm.ts";
import type { RepairPlan } from "./plan-repair.ts";

/** Lists what a repair will copy and asks. Throws where the answer is no, and a UsageError where nobody can be asked. */
export async function confirmRepair(
  { repair, orphaned }: RepairPlan,
  stderr: Writable,
  signal: AbortSignal,
): Promise<void> {
  await confirm(
    {
      text: `${describeCopies(repair)}${describeRemovals(orphaned)}`,
      question: "Go on?",
      cannotAsk: "repair copies the rows above, and cannot ask here.",
      refused: "Nothing was copied.",
    },
    stderr,
    signal,
  );
}

function describeCopies(repair: RepairPlan["repair"]): string {
  if (repair.length === 0) return "";
  const bots = repair.map((bot) => `  ${describe(bot)}\n`).join("");
  return `Into the new cluster will be copied:\n${bots}Syncs wait while a bot's rows are written; what changed rows are now is kept until cleanup.\n`;
}

function describeRemovals(orphaned: readonly string[]): string {
  if (orphaned.length === 0) return "";
  return `Of bots that their users have deleted, loaded rows will be removed: ${orphaned.join(", ")}\n`;
}

function describe({ bot, title, missing, changed, target }: BotDifferences): string {
  const named = `bot ${bot ?? "(none)"}${title === null ? "" : ` ${JSON.stringify(title)}`}`;
  const empty = target === 0 ? "; it holds none now" : "";
  return `${named}: ${missing} rows missing, ${changed} changed${empty}`;
}
