import { z } from "zod";
import type { TableContent } from "./side-content.ts";

export const comparedTableSchema = z.object({
  table: z.string().describe("schema.table"),
  source: z.number().nullable().describe("rows on the source; null where it is not there or not readable"),
  target: z.number().nullable().describe("rows on the target; null where it is not there or not readable"),
  verdict: z
    .enum([
      "equal",
      "as decided",
      "different",
      "content differs",
      "missing on the source",
      "missing on the target",
      "not readable",
      "not comparable",
      "not judged",
    ])
    .describe(
      "different: the numbers of rows; content differs: as many rows, but not the same ones; as decided: every difference was decided on the way or written by users since; not comparable: a column's type cannot be compared",
    ),
  notComparable: z.array(z.string()).describe("columns that nothing is proven of, each with its type"),
});

export type ComparedTable = z.infer<typeof comparedTableSchema>;

/** Compares tables by numbers, and by digests where they were asked for; the one that is compared bot by bot has its digests there. */
export function compareTables(
  source: readonly TableContent[],
  target: readonly TableContent[],
  { byContent, botByBot }: { readonly byContent: boolean; readonly botByBot: string },
): ComparedTable[] {
  const named = (tables: readonly TableContent[]) =>
    new Map(tables.map((one) => [JSON.stringify([one.schema, one.table]), one]));
  const [left, right] = [named(source), named(target)];
  const names = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return names.map((name) => {
    const [a, b] = [left.get(name), right.get(name)];
    const table = `${(a ?? b)?.schema ?? ""}.${(a ?? b)?.table ?? ""}`;
    const columns = new Set([...(a?.uncomparable ?? []), ...(b?.uncomparable ?? [])].map(described));
    return {
      table,
      source: a?.rows ?? null,
      target: b?.rows ?? null,
      verdict: judgeTable(a, b, { byContent, byDigest: byContent && table !== botByBot }),
      notComparable: byContent ? [...columns].toSorted() : [],
    };
  });
}

function described({ name, type }: { readonly name: string; readonly type: string }): string {
  return `${name} ${type}`;
}

function judgeTable(
  source: TableContent | undefined,
  target: TableContent | undefined,
  { byContent, byDigest }: { readonly byContent: boolean; readonly byDigest: boolean },
): ComparedTable["verdict"] {
  if (source === undefined) return "missing on the source";
  if (target === undefined) return "missing on the target";
  if (source.rows === undefined || target.rows === undefined) return "not readable";
  if (source.rows !== target.rows) return "different";
  if (byDigest && (source.digest === undefined || target.digest === undefined)) return "not comparable";
  if (byDigest && source.digest !== target.digest) return "content differs";
  return byContent && source.uncomparable.length + target.uncomparable.length > 0 ? "not comparable" : "equal";
}
