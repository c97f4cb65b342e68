import type { BotDecision } from "../stack/bot-decisions.ts";
import type { BotDifferences } from "../verify/differences.ts";

/** What is known of a bot beside its rows. */
export interface RepairKnowledge {
  /** What the run has decided about it, if anything. */
  readonly decision: BotDecision["decision"] | undefined;
  /** False where DynamoDB does not know it any more. */
  readonly known: boolean;
  /** False where its user has taken everything out of it. */
  readonly hasKnowledge: boolean;
}

/** Why a bot is as it should be, though it is not as on the source. */
export type AsItShouldBe = "decided" | "deleted since" | "synced since" | "emptied since";

/** Why a bot cannot be repaired: rows that the source does not have beside its own, or rows that are under another bot. */
export type Refusal = "extra rows" | "moved rows" | "synced meanwhile";

export type RepairJudgement =
  | { readonly verdict: "repair" }
  | { readonly verdict: "leave"; readonly why: AsItShouldBe }
  | { readonly verdict: "refuse"; readonly why: Refusal };

const staying: ReadonlySet<BotDecision["decision"]> = new Set(["kept", "own", "lost", "deleted", "synced", "back"]);

/**
 * What becomes of a bot whose rows differ. Only one whose target ids are all the source's is repaired: any other id is of a sync, which has
 * replaced, or was to replace, all rows. Pure.
 */
export function judgeRepair(bot: BotDifferences, { decision, known, hasKnowledge }: RepairKnowledge): RepairJudgement {
  if (decision !== undefined && staying.has(decision)) return { verdict: "leave", why: "decided" };
  if (!known) return { verdict: "leave", why: "deleted since" };
  if (bot.target > 0 && bot.extra === bot.target && bot.missing === bot.source)
    return { verdict: "leave", why: "synced since" };
  if (bot.target === 0 && !hasKnowledge) return { verdict: "leave", why: "emptied since" };
  if (bot.extra > 0) return { verdict: "refuse", why: "extra rows" };
  if (bot.movedHere + bot.movedAway > 0) return { verdict: "refuse", why: "moved rows" };
  return { verdict: "repair" };
}
