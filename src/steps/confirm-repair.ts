import type { Writable } from "node:stream";
import type { BotDifferences } from "../verify/differences.ts";
import { confirm } from "./confirm.ts";
import type { RepairPlan } from "./plan-repair.ts";

/** Lists what a repair will copy and asks. Throws where the answer is no, and a UsageError where nobody can be asked. */
export async function confirmRepair({ repair }: RepairPlan, stderr: Writable, signal: AbortSignal): Promise<void> {
  await confirm(
    {
      text: `Into the new cluster will be copied:\n${repair.map((bot) => `  ${describe(bot)}\n`).join("")}Nothing is deleted; what changed rows are now is kept until cleanup.\n`,
      question: "Copy these rows?",
      cannotAsk: "repair copies the rows above, and cannot ask here.",
      refused: "Nothing was copied.",
    },
    stderr,
    signal,
  );
}

function describe({ bot, title, missing, changed, target }: BotDifferences): string {
  const named = `bot ${bot ?? "(none)"}${title === null ? "" : ` ${JSON.stringify(title)}`}`;
  const empty = target === 0 ? "; it holds none now" : "";
  return `${named}: ${missing} rows missing, ${changed} changed${empty}`;
}
