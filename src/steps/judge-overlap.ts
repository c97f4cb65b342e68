import type { BotDecision } from "../stack/bot-decisions.ts";
import type { OnExisting } from "../stack/on-existing.ts";
import type { BotOverlap } from "./compare-ids.ts";

export interface OverlapJudgement extends Pick<BotDecision, "decision" | "rows"> {
  /** Which of the bot's rows go from the target: the loaded ones, or those that were not loaded (these are stored). */
  readonly remove: "nothing" | "loaded" | "foreign";
}

/** What becomes of a bot whose rows are not exactly the loaded ones, after a load. Pure. */
export function judgeOverlap(
  { loaded, foreign, missing }: BotOverlap,
  { known, onExisting }: { readonly known: boolean; readonly onExisting: OnExisting },
): OverlapJudgement {
  if (!known) return { decision: "deleted", rows: loaded.length + missing, remove: "loaded" };
  if (foreign.length === 0) return { decision: "incomplete", rows: missing, remove: "nothing" };
  // A sync that saw the loaded rows has replaced them, as the application does.
  if (loaded.length === 0) return { decision: "synced", rows: foreign.length, remove: "nothing" };
  if (onExisting === "keep-target") return { decision: "synced", rows: foreign.length, remove: "loaded" };
  if (onExisting === "replace-target" && missing === 0)
    return { decision: "replaced", rows: foreign.length, remove: "foreign" };
  return { decision: "mixed", rows: foreign.length, remove: "nothing" };
}
