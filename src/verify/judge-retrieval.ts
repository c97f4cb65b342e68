import { z } from "zod";
import { exactPlan, type MeasuredBot, type Recall, type RetrievalMeasure } from "./retrieval-measure.ts";

const verdictSchema = z
  .enum(["as good as before", "worse", "below --min-recall", "no baseline", "not measured"])
  .describe(
    "worse: mean or worst recall is more than maxRecallDrop below the baseline's, over the queries that both were asked; no baseline: it was not measured before the load",
  );

export const retrievalVerdictSchema = z.object({
  verdict: verdictSchema,
  minRecall: z.number().nullable(),
  maxRecallDrop: z.number(),
  bots: z.array(
    z.object({
      bot: z.string(),
      verdict: verdictSchema,
      before: z.object({ mean: z.number(), worst: z.number() }).nullable(),
      now: z.object({ mean: z.number(), worst: z.number() }).nullable(),
    }),
  ),
});

export type RetrievalVerdict = z.infer<typeof retrievalVerdictSchema>;
type BotVerdict = RetrievalVerdict["bots"][number];

export interface RetrievalLimits {
  /** The least mean recall that is good enough for any bot; undefined: none is asked for. */
  readonly minRecall?: number | undefined;
  readonly maxRecallDrop: number;
}

/** A share of rows that no rounding makes. */
const nothing = 1e-6;

/**
 * Compares what is found now with what was found before, bot by bot: over the same queries alone, since another one may be harder. Every bot
 * must be as good as before: a good mean of all would hide one whose user gets wrong answers. Pure.
 */
export function judgeRetrieval(
  now: RetrievalMeasure,
  before: RetrievalMeasure | undefined,
  limits: RetrievalLimits,
): RetrievalVerdict {
  const earlier = new Map(before?.bots.map((one) => [one.bot, one]));
  // A bot without a vector is asked nothing.
  const bots = now.bots.filter(({ rows }) => rows > 0).map((one) => judgeBot(one, earlier.get(one.bot), limits));
  return {
    verdict: verdictOfAll(bots),
    minRecall: limits.minRecall ?? null,
    maxRecallDrop: limits.maxRecallDrop,
    bots,
  };
}

function judgeBot(
  now: MeasuredBot,
  before: MeasuredBot | undefined,
  { minRecall, maxRecallDrop }: RetrievalLimits,
): BotVerdict {
  const common = commonRecall(now, before);
  const about = { bot: now.bot, before: common?.before ?? null, now: common?.now ?? now.recall };
  if (about.now === null) return { ...about, verdict: "not measured" };
  if (common !== undefined) {
    const drop = Math.max(common.before.mean - common.now.mean, common.before.worst - common.now.worst);
    if (drop > maxRecallDrop + nothing) return { ...about, verdict: "worse" };
  }
  if (minRecall !== undefined && (now.recall?.mean ?? 0) < minRecall - nothing)
    return { ...about, verdict: "below --min-recall" };
  // What finds all there is finds no less than anything did before.
  if (common !== undefined || now.recall?.worst === 1) return { ...about, verdict: "as good as before" };
  return { ...about, verdict: "no baseline" };
}

/** Recall over the queries that both were asked; undefined where there are none. One whose plan is exact answers any query. */
function commonRecall(
  now: MeasuredBot,
  before: MeasuredBot | undefined,
): { readonly before: Recall; readonly now: Recall } | undefined {
  if (before === undefined) return undefined;
  const there = recallById(before);
  const here = recallById(now);
  const ids = [...new Set([...there.keys(), ...here.keys()])];
  const pairs = ids.flatMap((id) => {
    const was = there.get(id) ?? (before.plan === exactPlan ? 1 : undefined);
    const is = here.get(id) ?? (now.plan === exactPlan ? 1 : undefined);
    return was === undefined || is === undefined ? [] : [{ was, is }];
  });
  if (pairs.length === 0) return undefined;
  return { before: recallAmong(pairs.map(({ was }) => was)), now: recallAmong(pairs.map(({ is }) => is)) };
}

function recallById({ answers }: MeasuredBot): Map<string, number> {
  return new Map(answers.flatMap(({ id, recall }) => (recall === null ? [] : [[id, recall] as const])));
}

function recallAmong(recalls: readonly number[]): Recall {
  return { mean: recalls.reduce((sum, one) => sum + one, 0) / recalls.length, worst: Math.min(...recalls) };
}

function verdictOfAll(bots: readonly BotVerdict[]): RetrievalVerdict["verdict"] {
  const there = new Set(bots.map(({ verdict }) => verdict));
  const inOrder = ["worse", "below --min-recall", "not measured", "as good as before", "no baseline"] as const;
  return inOrder.find((verdict) => there.has(verdict)) ?? "not measured";
}
