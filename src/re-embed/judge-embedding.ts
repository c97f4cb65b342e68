import type { SyncedBot } from "../stack/bots.ts";
import { ulidTime } from "../stack/ulid-time.ts";
import type { EmbeddedRows } from "./embedded-rows.ts";
import type { EmbeddingTask } from "./embedding-task.ts";

/** What DynamoDB tells of a bot that matters here. */
export type BotNow = Pick<SyncedBot, "knowledge" | "syncStatus" | "syncStatusReason" | "lastExecId">;

/** What is known of a bot when its task has stopped, or ECS has forgotten it. */
export interface EndedEmbedding {
  /** Undefined where ECS has forgotten it: it tells of a task for an hour after its end. */
  readonly task: Pick<EmbeddingTask, "id" | "exitCode" | "stopCode" | "stoppedReason"> | undefined;
  /** When it was made: rows of its own are younger. Milliseconds since 1970. */
  readonly since: number;
  /** Undefined where it has been deleted. */
  readonly bot: BotNow | undefined;
  /** Undefined where it has none. */
  readonly rows: EmbeddedRows | undefined;
  /** Minutes after which this tool has stopped it; undefined where it was let run. */
  readonly stoppedAfter: number | undefined;
}

export type EmbeddingVerdict =
  | { readonly is: "done"; readonly rows: number }
  /** `again`: another task may mend it. */
  | { readonly is: "failed"; readonly why: string; readonly again: boolean }
  /** Somebody else syncs it now. */
  | { readonly is: "elsewhere" }
  /** It was deleted. */
  | { readonly is: "gone" };

/** What upstream writes where the task cannot ask for its own id. */
const noExecId = "FAILED_TO_GET_ECS_EXEC_ID";

/**
 * Whether an embedding has done what it was to. Pure. Its exit code does not tell, since an embedding that failed exits 0: SyncStatus does, and
 * the rows that are there. LastExecId tells whose status it is, where it is an id; a status that is right, with the rows in place, is taken
 * whoever wrote it.
 */
export function judgeEmbedding(ended: EndedEmbedding): EmbeddingVerdict {
  const { bot, task } = ended;
  if (bot === undefined) return { is: "gone" };
  if (bot.syncStatus === "SUCCEEDED") {
    const arrived = judgeRows(bot, ended.rows, ended.since);
    if (arrived === "all") return { is: "done", rows: ended.rows?.rows ?? 0 };
    if (ended.stoppedAfter === undefined) return judgeLack(arrived, bot, task);
  }
  if (bot.syncStatus === "QUEUED") return { is: "elsewhere" };
  const ours = task === undefined || bot.lastExecId === task.id || bot.lastExecId === noExecId;
  if (bot.syncStatus === "RUNNING" && !ours) return { is: "elsewhere" };
  if (ended.stoppedAfter !== undefined)
    return { is: "failed", why: `stopped: it took more than ${ended.stoppedAfter} minutes`, again: false };
  if (bot.syncStatus === "FAILED")
    return { is: "failed", why: `FAILED: ${inShort(bot.syncStatusReason)}`, again: true };
  return { is: "failed", why: `${howItEnded(task)}, and SyncStatus is ${bot.syncStatus || "not set"}`, again: true };
}

/** What a bot's rows tell of an embedding that began at a time. */
export type Arrived = "all" | "none" | "older" | "mixed" | "doubled";

/** Whether all rows of a bot are of one embedding that began then, or none is expected. Pure. */
export function judgeRows(bot: Pick<BotNow, "knowledge">, rows: EmbeddedRows | undefined, since: number): Arrived {
  const { sourceUrls, sitemapUrls, filenames } = bot.knowledge;
  // Such a task ends at once, and deletes nothing.
  if (sourceUrls + sitemapUrls + filenames === 0) return "all";
  if (rows === undefined) return "none";
  const [first, last] = [rows.firstId, rows.lastId].map((id) => ulidTime(id)?.getTime() ?? -Infinity);
  if (first === undefined || last === undefined || last < since) return "older";
  if (first < since) return "mixed";
  return rows.transactions > 1 ? "doubled" : "all";
}

/** Of a bot whose last sync has succeeded, and whose rows are not as they should be then. */
function judgeLack(arrived: Exclude<Arrived, "all">, bot: BotNow, task: EndedEmbedding["task"]): EmbeddingVerdict {
  const itsOwnWord = task !== undefined && bot.lastExecId === task.id;
  const why = {
    doubled: "its rows are doubled: another task embedded it at the same time",
    mixed: "it has rows of an earlier time beside the new ones",
    older: `${howItEnded(task)}; its rows are older than that`,
    none: itsOwnWord
      ? "SUCCEEDED without a row: its documents hold no text, or its task writes to another database"
      : `${howItEnded(task)}; it has no rows`,
  };
  // The same task again would find the same.
  return { is: "failed", why: why[arrived], again: !(arrived === "none" && itsOwnWord) };
}

function howItEnded(task: EndedEmbedding["task"]): string {
  if (task === undefined) return "ECS has forgotten its task";
  const code = task.exitCode === undefined ? "without an exit code" : `with exit code ${task.exitCode}`;
  const why = [task.stopCode, task.stoppedReason].filter((text) => text !== undefined).join(": ");
  return `its task ended ${code}${why === "" ? "" : ` (${inShort(why)})`}`;
}

/** The most that is told of a text that others wrote. */
const most = 300;

function inShort(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}

/** What is known of a bot that somebody else syncs. */
export interface ElsewhereSync {
  readonly bot: BotNow | undefined;
  readonly rows: EmbeddedRows | undefined;
  /** Whether a task of this bot runs in the cluster. */
  readonly taskRuns: boolean;
  /** When it was first seen so. Milliseconds since 1970. */
  readonly since: number;
  /** How often it has been looked at since. */
  readonly looks: number;
}

/** How many looks a status is believed that no task stands behind: one that the pipe has asked for may not be listed yet. */
export const believedLooks = { QUEUED: 60, RUNNING: 3 } as const;

/** Whether a bot that somebody else syncs is to be waited for, is done by that, or is to be embedded here. Pure. */
export function judgeElsewhere(sync: ElsewhereSync): "wait" | "start" | "gone" | { readonly rows: number } {
  const { bot, rows, taskRuns, since, looks } = sync;
  if (bot === undefined) return "gone";
  if (taskRuns) return "wait";
  const { syncStatus } = bot;
  if (syncStatus === "QUEUED" || syncStatus === "RUNNING") return looks < believedLooks[syncStatus] ? "wait" : "start";
  if (syncStatus === "SUCCEEDED" && judgeRows(bot, rows, since) === "all") return { rows: rows?.rows ?? 0 };
  return "start";
}
