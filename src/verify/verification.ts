import { z } from "zod";
import { comparedBotSchema } from "./compare-sides.ts";
import { comparedTableSchema } from "./compare-tables.ts";
import { differencesSchema } from "./differences.ts";
import { expectedSetSchema } from "./expected-set.ts";
import { reconciliationSchema } from "./reconcile.ts";
import { retrievalCheckSchema } from "./retrieval-check.ts";
import { schemaCheckSchema } from "./schema-check.ts";
import { verifyLevels } from "./side-content.ts";

/** The version of the document's form: another major number where a reader of this one would misread it. */
export const verificationFormat = "bedrock-chat-migrate/verification/1.0";

const evidenceSchema = z.object({
  file: z.string(),
  sha256: z.string().describe("of the file's bytes, in hexadecimal"),
});

/** Where a verification was written to. */
export type Evidence = z.infer<typeof evidenceSchema>;

export const verificationSchema = z.object({
  format: z.literal(verificationFormat),
  summary: z.array(z.string()).describe("five lines that say all of it"),
  run: z.string(),
  at: z.iso.datetime().describe("when both sides had been read"),
  seconds: z.number().describe("how long reading took"),
  level: z.enum(verifyLevels),
  sample: z.number().nullable().describe("percent of the rows whose contents were read; null for all of them"),
  against: z
    .object({
      what: z.enum(["temporary cluster", "earlier verification", "baseline of prepare"]),
      at: z.iso.datetime().nullable().describe("when it was read, where that was not now"),
    })
    .describe("what the target was compared with"),
  outcome: z
    .enum(["identical", "different", "unknown", "sampled"])
    .describe(
      "identical: the target holds the expected set, and rows that users have written since. different: something is not as expected. unknown: nothing was found to differ, and not everything could be looked at. sampled: nothing was found to differ in a sample",
    ),
  why: z.array(z.string()).describe("each thing that makes the outcome other than identical"),
  rows: z.object({ source: z.number().nullable(), target: z.number().nullable() }).describe("of the table items"),
  expected: expectedSetSchema,
  tables: z.array(comparedTableSchema),
  bots: z.array(comparedBotSchema),
  differences: differencesSchema
    .nullable()
    .describe("the rows that are not as expected; null where none is, at level counts, and where the source is gone"),
  schema: schemaCheckSchema.nullable().describe("null below level all, and where it could not be looked at"),
  retrieval: retrievalCheckSchema.nullable().describe("null below level all, and where it could not be looked at"),
  reconciliation: reconciliationSchema.nullable().describe("null below level all"),
  evidence: evidenceSchema.optional().describe("the file that holds this document without this field"),
});

/** What a verification has found: the document that `--json` prints and the evidence file holds; its JSON Schema is in `docs/`. */
export type Verification = z.infer<typeof verificationSchema>;

/** What one part of a verification comes to. */
export interface Finding {
  readonly verdict: "good" | "bad" | "unknown";
  readonly why: string;
}

/** The outcome of all parts: one bad part makes it `different`; `identical` is left only where every part is good and everything was read. */
export function judgeOutcome(
  findings: readonly Finding[],
  sample: number | null,
): Pick<Verification, "outcome" | "why"> {
  const of = (verdict: Finding["verdict"]) => findings.filter((one) => one.verdict === verdict).map(({ why }) => why);
  const [bad, unknown] = [of("bad"), of("unknown")];
  if (bad.length > 0) return { outcome: "different", why: [...bad, ...unknown] };
  if (unknown.length > 0 || findings.length === 0) return { outcome: "unknown", why: unknown };
  if (sample !== null) return { outcome: "sampled", why: [`only ${sample} percent of the rows' contents were read`] };
  return { outcome: "identical", why: [] };
}
