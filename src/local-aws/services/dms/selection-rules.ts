import { z } from "zod";
import { invalidParameter } from "./faults.ts";

const schema = z.object({
  rules: z
    .array(
      z.object({
        "rule-type": z.literal("selection"),
        "rule-id": z.string(),
        "rule-name": z.string(),
        "rule-action": z.literal("include"),
        "object-locator": z.object({ "schema-name": z.string(), "table-name": z.string() }),
        filters: z.array(z.never()).optional(),
      }),
    )
    .min(1),
});

/** Which tables a data migration takes. */
export type TableFilter = (schema: string, table: string) => boolean;

/**
 * Reads SelectionRules: `include` is the only action, `%` the only wildcard, and there are no filters (user guide,
 * dm-migrating-data-selectionrules). Without rules every table is taken.
 */
export function readSelectionRules(json: string | undefined): TableFilter {
  if (json === undefined) return () => true;
  const rules = parse(json).rules;
  const ids = new Set(rules.map((rule) => rule["rule-id"]));
  const names = new Set(rules.map((rule) => rule["rule-name"]));
  if (ids.size < rules.length || names.size < rules.length) {
    throw invalidParameter("The rule-id and the rule-name of selection rules must be unique.");
  }
  const patterns = rules.map(({ "object-locator": locator }) => ({
    schema: wildcard(locator["schema-name"]),
    table: wildcard(locator["table-name"]),
  }));
  return (inSchema, table) => patterns.some((pattern) => pattern.schema.test(inSchema) && pattern.table.test(table));
}

function parse(json: string): z.infer<typeof schema> {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    throw invalidParameter("The selection rules are not valid JSON.");
  }
  const rules = schema.safeParse(content);
  if (rules.success) return rules.data;
  throw invalidParameter(`The selection rules are not valid: ${z.prettifyError(rules.error)}`);
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split("%").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
