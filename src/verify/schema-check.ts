import { z } from "zod";

const schemaFindingSchema = z.object({
  kind: z.enum(["table", "column", "primary key", "extension", "privilege", "index"]),
  subject: z.string(),
  verdict: z
    .enum(["same", "tuned", "newer", "extra", "older", "different", "missing", "invalid", "unknown"])
    .describe(
      "tuned: the index policy has changed `lists`, and noted it; newer, older: an extension's version; extra: on the target alone; invalid: an index that queries do not use",
    ),
  wrong: z.boolean().describe("whether it makes the verification red"),
  expected: z.string().nullable(),
  found: z.string().nullable(),
  remedy: z.string().nullable().describe("SQL on the new cluster, or what is to be done first"),
});

export type SchemaFinding = z.infer<typeof schemaFindingSchema>;

export const schemaCheckSchema = z.object({
  outcome: z
    .enum(["ok", "wrong", "unknown"])
    .describe("unknown: nothing that was looked at is wrong, and not everything could be compared"),
  findings: z.array(schemaFindingSchema).describe("everything that was compared, what is as expected included"),
});

/** What is around the rows of `items` on the target, against the source and against what was there before the load. */
export type SchemaCheck = z.infer<typeof schemaCheckSchema>;

/** What all findings come to: one that is wrong outweighs what could not be compared. */
export function checkOf(findings: readonly SchemaFinding[]): SchemaCheck {
  const unknown = findings.some(({ verdict }) => verdict === "unknown");
  const outcome = findings.some(({ wrong }) => wrong) ? "wrong" : unknown ? "unknown" : "ok";
  return { outcome, findings: [...findings] };
}
