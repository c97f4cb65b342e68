import { z } from "zod";
import { type Bot, hasKnowledge } from "../stack/bots.ts";
import { ulidTime } from "../stack/ulid-time.ts";
import type { ComparedBot } from "./compare-sides.ts";
import type { BotContent } from "./side-content.ts";

const states = [
  "identical",
  "kept",
  "re-embedded since",
  "extra",
  "no vectors expected",
  "unused vectors",
  "deleted since",
  "without vectors",
  "never synced",
  "syncing",
  "missing",
  "changed",
  "orphan vectors",
  "unknown",
] as const;

const reconciledBotSchema = z.object({
  bot: z.string().nullable().describe("items.botid; null for rows that belong to no bot"),
  title: z.string().nullable().describe("null for a bot that DynamoDB does not know (any more)"),
  owner: z.string().nullable().describe("the user's id"),
  syncStatus: z.string().nullable().describe("QUEUED, RUNNING, SUCCEEDED or FAILED; empty where it never had one"),
  state: z
    .enum(states)
    .describe(
      "re-embedded since: the target has rows of a later sync instead; extra: only the target has rows; unused vectors: rows of a bot that reads none; without vectors: knowledge, a sync, and no rows on either side; missing: only the source has rows; changed: not the source's rows; orphan vectors: rows of a bot that DynamoDB does not know",
    ),
  wrong: z.boolean().describe("whether it makes the verification red"),
  reEmbed: z
    .enum(["missing", "changed", "failed"])
    .nullable()
    .describe(
      "what re-embedding would mend: no rows although it has knowledge, other rows, or a last sync that failed",
    ),
  source: z.number().describe("rows on the source"),
  target: z.number().describe("rows on the target"),
  embeddedAt: z
    .object({ source: z.iso.datetime().nullable(), target: z.iso.datetime().nullable() })
    .describe("when the newest row of each side was made, by its ULID; null where there is none or its id is no ULID"),
  createdAt: z.iso.datetime().nullable(),
  lastExecId: z.string().nullable().describe("of the last embedding task"),
});

export type ReconciledBot = z.infer<typeof reconciledBotSchema>;

export const reconciliationSchema = z.object({
  outcome: z.enum(["ok", "wrong", "unknown"]),
  counts: z.partialRecord(z.enum(states), z.number()).describe("bots in each state that occurs"),
  bots: z.array(reconciledBotSchema),
});

/** What DynamoDB knows of bots against what both sides hold of them. */
export type Reconciliation = z.infer<typeof reconciliationSchema>;

type Verdict = ComparedBot["verdict"];

export interface ReconcileQuestion {
  /** Undefined where they could not be listed: then nothing is known. */
  readonly bots: readonly Bot[] | undefined;
  /** What was expected on the target. */
  readonly source: readonly BotContent[];
  readonly target: readonly BotContent[];
  /** By bot, what the comparison of the two came to. */
  readonly compared: ReadonlyMap<string | null, Verdict>;
}

/**
 * Says of every bot that DynamoDB or a side knows what has become of it, and what re-embedding would mend. Pure.
 *
 * By what upstream does (`embedding/main.py`, `bot_remove.py`, `chat.py`, `usecases/bot.py`; v0.4.5 - v1.4.0):
 * - Rows of a bot that DynamoDB does not know are orphans: its removal handler deletes them, so nobody but an error leaves them. Wrong.
 * - A sync of a bot whose documents were all taken out ends SUCCEEDED at once and deletes nothing, and such a bot is answered without a look at
 *   its rows, as is one with a Bedrock Knowledge Base. So its rows are unused, not wrong where they are as on the source, and re-embedding
 *   would make none.
 * - Knowledge and no rows on either side is not the migration's doing, and not wrong: what was read held no text, the sync came after the
 *   snapshot and went with the old cluster, or the bot was saved in a way that starts no sync (the first addresses of a bot that had no
 *   knowledge). Re-embedding settles all three, so that it counts as missing there.
 * - A FAILED sync leaves the rows of the one before.
 */
export function reconcile({ bots, source, target, compared }: ReconcileQuestion): Reconciliation {
  const known = new Map<string | null, Bot>(bots?.map((bot) => [bot.id, bot]));
  const [left, right] = [source, target].map((side) => new Map(side.map((one) => [one.bot, one])));
  const ids = new Set([...known.keys(), ...source.map(({ bot }) => bot), ...target.map(({ bot }) => bot)]);
  const all = [...ids].map((id): ReconciledBot => {
    const sides = { source: left?.get(id), target: right?.get(id) };
    const bot = known.get(id);
    const rows = { source: sides.source?.rows ?? 0, target: sides.target?.rows ?? 0 };
    const unlisted = bots === undefined && id !== null;
    const judged = unlisted ? unknown : judgeBot(id, bot, rows, compared.get(id));
    return { ...described(id, bot), ...judged, ...rows, embeddedAt: embeddedAt(sides) };
  });
  const counts: Reconciliation["counts"] = {};
  for (const { state } of all) counts[state] = (counts[state] ?? 0) + 1;
  const certain = bots !== undefined && counts.unknown === undefined;
  const outcome = all.some(({ wrong }) => wrong) ? "wrong" : certain ? "ok" : "unknown";
  return { outcome, counts, bots: all.toSorted(byWeight) };
}

type Judgement = Pick<ReconciledBot, "state" | "wrong" | "reEmbed">;

const unknown: Judgement = { state: "unknown", wrong: false, reEmbed: null };

interface Rows {
  readonly source: number;
  readonly target: number;
}

function judgeBot(id: string | null, bot: Bot | undefined, rows: Rows, verdict: Verdict | undefined): Judgement {
  const differs = verdict === "different" || verdict === "content differs";
  if (bot === undefined) {
    if (id === null) return judgeRows(rows, verdict);
    if (rows.target > 0) return { state: "orphan vectors", wrong: true, reEmbed: null };
    return { state: "deleted since", wrong: false, reEmbed: null };
  }
  if (!readsVectors(bot)) {
    if (rows.source === 0 && rows.target === 0) return { state: "no vectors expected", wrong: false, reEmbed: null };
    if (differs || verdict === undefined || verdict === "not judged") return judgeRows(rows, verdict);
    return { state: "unused vectors", wrong: false, reEmbed: null };
  }
  // Also where its rows were taken out of the load: it is there, so that it was not deleted.
  const expected = rows.source > 0 || differs || verdict === "deleted since";
  if (rows.target === 0) return expected ? { state: "missing", wrong: true, reEmbed: "missing" } : judgeEmpty(bot);
  const judged = judgeRows(rows, verdict);
  if (judged.state === "changed") return { ...judged, reEmbed: "changed" };
  return { ...judged, reEmbed: bot.syncStatus === "FAILED" ? "failed" : null };
}

function readsVectors(bot: Bot): boolean {
  return !bot.hasKnowledgeBase && hasKnowledge(bot);
}

/** What a comparison that found nothing amiss calls the state. */
const good: Partial<Record<Verdict, ReconciledBot["state"]>> = {
  equal: "identical",
  kept: "kept",
  "synced since": "re-embedded since",
  "new since": "extra",
};

/** Of rows that are on a side. */
function judgeRows({ source, target }: Rows, verdict: Verdict | undefined): Judgement {
  if (verdict === undefined || verdict === "not judged") return unknown;
  const state = good[verdict];
  if (state !== undefined) return { state, wrong: false, reEmbed: null };
  // They differ; or they were deleted by a decision, and the bot is there, and so are rows.
  if (target === 0) return { state: "missing", wrong: true, reEmbed: null };
  return { state: source === 0 ? "extra" : "changed", wrong: true, reEmbed: null };
}

/** Of a bot that has knowledge, and no rows on either side. */
function judgeEmpty({ syncStatus, lastExecId }: Bot): Judgement {
  if (syncStatus === "QUEUED" || syncStatus === "RUNNING") return { state: "syncing", wrong: false, reEmbed: null };
  const state = lastExecId === "" ? "never synced" : "without vectors";
  return { state, wrong: false, reEmbed: syncStatus === "FAILED" ? "failed" : "missing" };
}

function described(id: string | null, bot: Bot | undefined) {
  return {
    bot: id,
    title: bot?.title ?? null,
    owner: bot?.owner ?? null,
    syncStatus: bot?.syncStatus ?? null,
    createdAt: bot?.createdAt === undefined ? null : isoTime(new Date(bot.createdAt)),
    lastExecId: bot?.lastExecId ?? null,
  };
}

function embeddedAt(sides: { readonly source: BotContent | undefined; readonly target: BotContent | undefined }) {
  const of = (side: BotContent | undefined) => isoTime(ulidTime(side?.lastId ?? null));
  return { source: of(sides.source), target: of(sides.target) };
}

/** Null beyond the year 9999, which no schema of a date allows: an id or a number that only looks like a time. */
function isoTime(time: Date | null): string | null {
  return time === null || !(time.getTime() < Date.UTC(10_000, 0)) ? null : time.toISOString();
}

/** What is wrong first, then the most rows. */
function byWeight(a: ReconciledBot, b: ReconciledBot): number {
  const weight = (one: ReconciledBot) => Math.max(one.source, one.target);
  return Number(b.wrong) - Number(a.wrong) || weight(b) - weight(a) || ((a.bot ?? "") < (b.bot ?? "") ? -1 : 1);
}
