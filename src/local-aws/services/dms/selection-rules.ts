import { z } from "zod";
import type { VariantValue } from "../../variants.ts";
import { invalidParameter } from "./faults.ts";

const schemaWith = (filters: z.ZodType) =>
  z.object({
    rules: z
      .array(
        z.object({
          "rule-type": z.literal("selection"),
          "rule-id": z.string(),
          "rule-name": z.string(),
          "rule-action": z.literal("include"),
          "object-locator": z.object({ "schema-name": z.string(), "table-name": z.string() }),
          filters: filters.optional(),
        }),
      )
      .min(1),
  });

/** By what becomes of filters. */
const schemas = { refused: schemaWith(z.array(z.never())), ignored: schemaWith(z.array(z.unknown())) };

type FilterTreatment = VariantValue<"rule-filters">;

/** Which tables a data migration takes. */
export type TableFilter = (schema: string, table: string) => boolean;

/**
 * Reads SelectionRules: `include` is the only action, `%` the only wildcard (user guide, dm-migrating-data-selectionrules, which
 * shows empty `filters` only). Without rules every table is taken.
 */
export function readSelectionRules(json: string | undefined, filters: FilterTreatment): TableFilter {
  if (json === undefined) return () => true;
  const rules = parse(json, filters).rules;
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

function parse(json: string, filters: FilterTreatment): z.infer<(typeof schemas)[FilterTreatment]> {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    throw invalidParameter("The selection rules are not valid JSON.");
  }
  const rules = schemas[filters].safeParse(content);
  if (rules.success) return rules.data;
  throw invalidParameter(`The selection rules are not valid: ${z.prettifyError(rules.error)}`);
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split("%").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
