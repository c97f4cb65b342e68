import type { Reconciliation } from "./reconcile.ts";
import type { RetrievalCheck } from "./retrieval-check.ts";
import type { ListCheck } from "./probed-lists.ts";
import type { SchemaCheck, SchemaFinding } from "./schema-check.ts";
import type { Finding } from "./verification.ts";

const verdicts = { ok: "good", wrong: "bad", unknown: "unknown" } as const;

/** What is around the rows, as findings of the verification; nothing of what could not be looked at. Pure. */
export function judgeAround({
  schema,
  retrieval,
  reconciliation,
}: {
  readonly schema: SchemaCheck | null;
  readonly retrieval: RetrievalCheck | null;
  readonly reconciliation: Reconciliation;
}): Finding[] {
  return [
    ...(schema === null ? [] : [{ verdict: verdicts[schema.outcome], why: describeSchema(schema) }]),
    ...(retrieval === null ? [] : [{ verdict: verdicts[retrieval.outcome], why: describeRetrieval(retrieval) }]),
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

function describeRetrieval({ outcome, verdict, lists, measure, baseline }: RetrievalCheck): string {
  if (outcome === "ok") return "the application's query finds as much as before";
  const untrained = lists.filter((one) => one.verdict === "trained on nothing").map(describeLists);
  const amiss = verdict.bots.filter((one) => one.verdict === "worse" || one.verdict === "below --min-recall");
  const bots = amiss.map(({ bot, verdict: one, before, now }) => {
    const was = before === null ? "" : `, ${describeRecall(before)} before`;
    return `the query of bot ${bot} is ${one} (recall ${now === null ? "not measured" : describeRecall(now)}${was})`;
  });
  if (untrained.length + bots.length > 0) return [...untrained, ...bots].join("; ");
  const why = measure.bots.find((one) => one.why !== null)?.why ?? baseline?.why;
  return `retrieval: ${verdict.verdict}${why === null || why === undefined ? "" : `: ${why}`}`;
}

/** Whether an index is trained, in a sentence. */
export function describeLists({ index, lists, rows, probed, verdict, remedy }: ListCheck): string {
  const found =
    probed === null
      ? ""
      : `: a query reads ${probed} rows of one list, of ${Math.round(rows / lists)} that it should have`;
  return `index ${index} is ${verdict}${found}${remedy === null ? "" : ` -> ${remedy}`}`;
}

function describeRecall({ mean, worst }: { readonly mean: number; readonly worst: number }): string {
  return `${mean.toFixed(3)}, worst ${worst.toFixed(3)}`;
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
