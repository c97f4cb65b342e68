import { z } from "zod";

const recallSchema = z
  .object({ mean: z.number(), worst: z.number() })
  .describe("shares, 0 to 1, of the rows that an exact answer has: on average, and of the query that did worst");

const latencySchema = z
  .object({ p50: z.number(), p95: z.number() })
  .describe("milliseconds that the server took, planning included");

const answerSchema = z.object({
  id: z.string().describe("the row whose vector the query is made of"),
  recall: z.number().nullable(),
  rows: z.number().describe("how many rows came back"),
  milliseconds: z.number(),
});

const measuredBotSchema = z.object({
  bot: z.string(),
  rows: z.number().describe("its rows that have a vector"),
  plan: z
    .string()
    .nullable()
    .describe("the vector index that the planner chose, or `exact`; null where none was asked"),
  recall: recallSchema.nullable(),
  latency: latencySchema.nullable(),
  answers: z.array(answerSchema),
  fewer: z.number().describe("answers of fewer rows than were asked for although the bot has more"),
  sampled: z.array(z.string()).describe("ids of the rows whose vectors were to be asked"),
  why: z.string().nullable().describe("why not all of it could be measured"),
});

/** What the application's query finds, measured bot by bot. */
export const retrievalMeasureSchema = z.object({
  k: z.number().describe("rows that a query asks for"),
  noise: z.number().describe("length of what was added to a stored vector to make a query, against the vector's own"),
  seed: z.string(),
  rows: z.number().describe("of the table"),
  index: z.object({ index: z.string(), definition: z.string() }).nullable(),
  bots: z.array(measuredBotSchema),
  others: z.object({ bots: z.number(), rows: z.number() }).describe("smaller bots, which were not asked for"),
  recall: recallSchema.nullable(),
  latency: latencySchema.nullable(),
});

export type RetrievalMeasure = z.infer<typeof retrievalMeasureSchema>;
export type MeasuredBot = z.infer<typeof measuredBotSchema>;
export type RetrievalAnswer = z.infer<typeof answerSchema>;
export type Recall = z.infer<typeof recallSchema>;

/** The plan of a query that no vector index serves: it is answered exactly. */
export const exactPlan = "exact";

/**
 * The share of the exact answer that an answer has, by distances in ascending order: as right as any other is a row that is no farther than the
 * last one of the exact answer, so that ties count as right. Undefined where there is nothing to find. Pure.
 */
export function recallOf(found: readonly number[], exact: readonly number[]): number | undefined {
  const limit = exact.at(-1);
  if (limit === undefined) return undefined;
  const right = found.filter((distance) => distance <= limit).length;
  return Math.min(right, exact.length) / exact.length;
}

/** Mean and worst of what was measured; null where nothing was. Pure. */
export function recallOfAll(answers: readonly Pick<RetrievalAnswer, "recall">[]): Recall | null {
  const known = answers.flatMap(({ recall }) => recall ?? []);
  if (known.length === 0) return null;
  return { mean: rounded(known.reduce((sum, one) => sum + one, 0) / known.length), worst: rounded(Math.min(...known)) };
}

/** Percentiles by nearest rank; null where nothing was measured. Pure. */
export function latencyOf(
  answers: readonly Pick<RetrievalAnswer, "milliseconds">[],
): { readonly p50: number; readonly p95: number } | null {
  const sorted = answers.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [p50, p95] = [at(0.5), at(0.95)];
  return p50 === undefined || p95 === undefined ? null : { p50, p95 };
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
