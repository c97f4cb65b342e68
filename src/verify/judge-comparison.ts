import { botsAmiss, type ComparedBot, type Comparison } from "./compare-sides.ts";
import type { ComparedTable } from "./compare-tables.ts";
import type { Differences } from "./differences.ts";
import type { Finding } from "./verification.ts";

/** Bots that one finding names: all of them are in the document. */
const named = 5;

const tableVerdicts: Record<ComparedTable["verdict"], Finding["verdict"]> = {
  equal: "good",
  "as decided": "good",
  different: "bad",
  "content differs": "bad",
  "missing on the source": "unknown",
  "missing on the target": "unknown",
  "not readable": "unknown",
  "not comparable": "unknown",
  "not judged": "unknown",
};

/** What a comparison of rows comes to, thing by thing. Pure. */
export function judgeComparison(
  { tables, bots, differences }: Omit<Comparison, "outcome"> & { readonly differences: Differences | null },
  mustHold: string,
): Finding[] {
  const amiss = botsAmiss(bots);
  const notJudged = bots.filter(({ verdict }) => verdict === "not judged");
  const findings: Finding[] = [];
  if (differences !== null) findings.push({ verdict: "bad", why: describeRows(differences) });
  if (amiss.length > 0)
    findings.push({ verdict: "bad", why: `not as expected: ${listed(amiss.map(describeBot), "bots")}` });
  for (const one of tables.filter(({ verdict }) => verdict !== "not judged"))
    findings.push({ verdict: tableVerdicts[one.verdict], why: describeTable(one) });
  if (notJudged.length > 0)
    findings.push({
      verdict: "unknown",
      why: `not judged, since nobody could say whether they exist, or what they held: ${listed(notJudged.map(describeBot), "bots")}`,
    });
  if (!tables.some(({ table }) => table === mustHold))
    findings.push({ verdict: "unknown", why: `${mustHold} is on neither side` });
  return findings;
}

function describeTable({ table, source, target, verdict, notComparable }: ComparedTable): string {
  if (verdict === "not comparable" && notComparable.length > 0)
    return `table ${table}: no way to compare ${notComparable.join(", ")}`;
  return verdict === "different" ? `table ${table}: ${source} rows, now ${target}` : `table ${table}: ${verdict}`;
}

function describeBot({ bot, title, source, target, verdict }: ComparedBot): string {
  return `${bot ?? "(no bot)"}${title === null ? "" : ` ${JSON.stringify(title)}`} (${describe[verdict]?.(source, target) ?? `${source} rows, now ${target}`})`;
}

const describe: Partial<Record<ComparedBot["verdict"], (source: number, target: number) => string>> = {
  "content differs": (source) => `${source} rows, not the same ones`,
  altered: (_, target) =>
    `it was to stay as it was, and holds ${target} rows that are neither its own nor a later sync's`,
  orphaned: (_, target) => `${target} rows of a bot that was deleted`,
};

function describeRows({ rows, bots, uncompared }: Differences): string {
  const { missing, extra, changed, moved } = rows;
  if (missing + extra + changed + moved === 0 && uncompared.length > 0)
    return `columns of items are not the same: ${uncompared.map(({ column, why }) => `${column} ${why}`).join(", ")}`;
  if (missing + extra + changed + moved === 0) return "the rows that differed are equal by now: verify again";
  const parts = [
    [missing, "missing"],
    [extra, "extra"],
    [changed, "changed"],
    [moved, "moved to another bot"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count.toLocaleString("en-US")} ${what}`);
  return `rows of ${bots.length} ${bots.length === 1 ? "bot" : "bots"}: ${told.join(", ")}`;
}

function listed(all: readonly string[], what: string): string {
  const more = all.length > named ? `, and ${all.length - named} more ${what}` : "";
  return `${all.slice(0, named).join(", ")}${more}`;
}
