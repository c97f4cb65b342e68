import { z } from "zod";
import { retrievalVerdictSchema } from "./judge-retrieval.ts";
import { listCheckSchema } from "./probed-lists.ts";
import { retrievalMeasureSchema } from "./retrieval-measure.ts";

export const notedRetrievalSchema = z.object({
  at: z.iso.datetime(),
  measure: retrievalMeasureSchema.nullable(),
  why: z.string().nullable().describe("why there is no measure"),
});

/** A measure that a run has noted before it changed what was measured. */
export type NotedRetrieval = z.infer<typeof notedRetrievalSchema>;

export const retrievalCheckSchema = z.object({
  outcome: z
    .enum(["ok", "wrong", "unknown"])
    .describe("wrong: worse than before, below --min-recall, or an index trained on nothing"),
  verdict: retrievalVerdictSchema,
  measure: retrievalMeasureSchema.describe("of the new cluster, now"),
  baseline: notedRetrievalSchema.nullable().describe("of the temporary cluster with its own index"),
  untouched: notedRetrievalSchema.nullable().describe("of the new cluster before the run's first change"),
  lists: z.array(listCheckSchema),
  advice: z.array(z.string()).describe("what would make queries find more; nothing of it is applied"),
});

/** What the application's query finds on the new cluster, and how that compares with what it found before. */
export type RetrievalCheck = z.infer<typeof retrievalCheckSchema>;
