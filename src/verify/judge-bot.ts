import { isOfLaterSync } from "../stack/ulid-time.ts";
import type { BotContent } from "./side-content.ts";

export const botVerdicts = [
  "equal",
  "different",
  "content differs",
  "altered",
  "orphaned",
  "kept",
  "deleted since",
  "synced since",
  "new since",
  "not judged",
] as const;

export type BotVerdict = (typeof botVerdicts)[number];

/** What a run has decided about a bot. */
export interface DecidedBot {
  readonly verdict: "kept" | "deleted since" | "synced since";
  /** Rows that it held on the target before the load. */
  readonly rows: number;
  /** Whether it holds other rows than it held, and not those of a later sync either. */
  readonly altered: boolean;
}

/** What is known of a bot. */
export interface BotKnowledge {
  /**
   * Whether DynamoDB knows it. "unknown" where the bots could not be listed; "not listed" where the list knows none of the source's bots: by it
   * every bot would have been deleted.
   */
  readonly listed: "yes" | "no" | "not listed" | "unknown";
  readonly decision: DecidedBot | undefined;
  /** Rows of the source that a decision has taken out of the load. */
  readonly setAside: number;
  /** Whether digests were asked for: then equal numbers prove nothing. */
  readonly byContent: boolean;
}

/**
 * What a bot's rows come to. Equal are the same rows; apart from a decision, or the application's own doing, nothing else is right: a sync
 * deletes all rows of a bot and inserts others with ids of its own time, and rows of a bot that its user deletes go. Pure.
 */
export function judgeBot(source: BotContent, target: BotContent, known: BotKnowledge): BotVerdict {
  const { decision, listed, setAside } = known;
  const [a, b] = [source.rows, target.rows];
  if (decision?.verdict === "kept" && a === 0) return judgeKept(target, decision, listed);
  if (decision?.verdict === "deleted since") return b === 0 && listed !== "yes" ? "deleted since" : "different";
  if (a === 0 && b === 0 && setAside > 0) return listed === "no" ? "deleted since" : "different";
  const same = a === b && (a === 0 || sameContent(source, target, known.byContent));
  // The application deletes the rows of a bot that its user deletes.
  if (same === true) return b > 0 && source.bot !== null && listed === "no" ? "orphaned" : "equal";
  const settled = decision?.verdict === "synced since" && b > 0;
  if (source.bot !== null && (settled || isOfLaterSync(target.firstId, source.lastId))) return judgeSynced(listed);
  if (a === b) return same === undefined ? "not judged" : "content differs";
  if (b === 0 && source.bot !== null && listed === "no") return "deleted since";
  // Nothing that the load could have brought. Rows of a bot that nobody knows are nobody's.
  if (a > 0 || source.bot === null) return "different";
  if (listed === "unknown") return "not judged";
  return listed === "yes" ? "new since" : "different";
}

function judgeKept(target: BotContent, decision: DecidedBot, listed: BotKnowledge["listed"]): BotVerdict {
  if (decision.altered) return "altered";
  if (target.rows > 0 || decision.rows === 0) return "kept";
  if (target.bot === null || listed === "yes") return "different";
  return listed === "unknown" ? "not judged" : "deleted since";
}

/** Rows of a sync belong to a bot that there is. */
function judgeSynced(listed: BotKnowledge["listed"]): BotVerdict {
  if (listed === "unknown") return "not judged";
  return listed === "yes" ? "synced since" : "different";
}

/** Undefined where a digest was asked for and is not known. By counts alone, as many rows are the same ones, unless their ids span other times. */
function sameContent(source: BotContent, target: BotContent, byContent: boolean): boolean | undefined {
  if (!byContent)
    return source.firstId === null || (source.firstId === target.firstId && source.lastId === target.lastId);
  return source.digest === undefined || target.digest === undefined ? undefined : source.digest === target.digest;
}
