import type { Reconciliation } from "./reconcile.ts";
import type { SchemaCheck, SchemaFinding } from "./schema-check.ts";
import type { Finding } from "./verification.ts";

const verdicts = { ok: "good", wrong: "bad", unknown: "unknown" } as const;

/** What is around the rows, as findings of the verification. Pure. */
export function judgeAround({
  schema,
  reconciliation,
}: {
  readonly schema: SchemaCheck;
  readonly reconciliation: Reconciliation;
}): Finding[] {
  return [
    { verdict: verdicts[schema.outcome], why: describeSchema(schema) },
    { verdict: verdicts[reconciliation.outcome], why: describeBots(reconciliation) },
  ];
}

function describeSchema({ outcome, findings }: SchemaCheck): string {
  if (outcome === "ok") return "schema and indexes are as expected";
  const amiss = findings.filter(({ wrong, verdict }) => wrong || (outcome === "unknown" && verdict === "unknown"));
  return amiss.map(describeFinding).join("; ");
}

/** A finding as a line, with what mends it. */
export function describeFinding({ kind, subject, verdict, expected, found, remedy }: SchemaFinding): string {
  const what = expected === null ? "" : ` (expected: ${expected})`;
  const instead = found === null || found === expected ? "" : `, found: ${found}`;
  return `${kind} ${subject}: ${verdict}${what}${instead}${remedy === null ? "" : ` -> ${remedy}`}`;
}

function describeBots({ outcome, bots, counts }: Reconciliation): string {
  if (outcome === "ok") return "every bot is as DynamoDB has it";
  if (outcome === "unknown") return "not every bot could be compared with DynamoDB";
  const wrong = bots.filter((one) => one.wrong);
  const states = [...new Set(wrong.map(({ state }) => state))].map((state) => `${counts[state] ?? 0} ${state}`);
  const some = wrong
    .slice(0, 5)
    .map(({ bot, title }) => `${bot ?? "(no bot)"}${title === null ? "" : ` ${JSON.stringify(title)}`}`);
  const more = wrong.length > some.length ? `, and ${wrong.length - some.length} more` : "";
  return `bots against DynamoDB: ${states.join(", ")}: ${some.join(", ")}${more}`;
}
