import type { Context } from "../context.ts";
import { vectorIndexes } from "../database/catalog.ts";
import { sqlState, type SqlSession } from "../database/session.ts";
import type { Run } from "../provision/run.ts";
import { itemsTable } from "../stack/items-table.ts";
import { measureRetrieval, usualRetrieval } from "../verify/retrieval.ts";
import { type NotedRetrieval, notedRetrievalSchema } from "../verify/retrieval-check.ts";
import type { RetrievalMeasure } from "../verify/retrieval-measure.ts";
import { recoveredNote } from "./recovered-note.ts";

/** `source`: the temporary cluster with its own index, before that is dropped; `target`: the new cluster before the run's first change. */
type Measured = "source" | "target";

const notes = { source: "retrieval-baseline", target: "retrieval-before" } as const;

/** What a run has noted; undefined where it has noted nothing. */
export function notedRetrieval(run: Run, what: Measured): NotedRetrieval | undefined {
  return notedRetrievalSchema.safeParse(run.state().notes.get(notes[what])).data;
}

/** Measures and notes the temporary cluster as v0 answered; once, and never after its index was dropped. */
export async function noteSourceRetrieval(
  session: SqlSession,
  without: ReadonlySet<string | null>,
  context: Context,
  run: Run,
): Promise<void> {
  if (notedRetrieval(run, "source") !== undefined) return;
  const { notes: known } = run.state();
  const indexes = await vectorIndexes(session, itemsTable.schema, itemsTable.table);
  // Without one v0 answered exactly, unless it was this run that dropped it.
  if (indexes.length === 0 && (known.has("source-vector-indexes") || known.has(recoveredNote))) {
    const why = "the temporary cluster's vector index was dropped before anything was measured";
    await note("source", null, why, context, run);
    return;
  }
  await measureAndNote(session, { what: "source", label: "temporary cluster", without }, context, run);
}

/** Measures and notes the new cluster as the deploy made it, most often empty: for the report. */
export async function noteTargetRetrieval(session: SqlSession, context: Context, run: Run): Promise<void> {
  if (notedRetrieval(run, "target") !== undefined) return;
  await measureAndNote(session, { what: "target", label: "new cluster", without: new Set() }, context, run);
}

interface ToMeasure {
  readonly what: Measured;
  readonly label: string;
  readonly without: ReadonlySet<string | null>;
}

/** What PostgreSQL refuses is said and noted, and stops no migration. */
async function measureAndNote(
  session: SqlSession,
  { what, label, without }: ToMeasure,
  context: Context,
  run: Run,
): Promise<void> {
  using task = context.progress.begin(`retrieval of the ${label}`);
  const options = { ...usualRetrieval, without, given: new Map<string, string[]>(), clock: context.clock };
  const measure = await measureRetrieval(session, options, task).catch((error: unknown) => {
    if (sqlState(error) === "") throw error;
    return error instanceof Error ? error.message : String(error);
  });
  if (typeof measure === "string") {
    task.end(`not measured: PostgreSQL: ${measure}`);
    await note(what, null, measure, context, run);
    return;
  }
  task.end(measure.rows === 0 ? undefined : describeMeasure(measure));
  await note(what, measure, measure.recall === null ? whyNothing(measure) : null, context, run);
}

function whyNothing({ rows, bots }: RetrievalMeasure): string {
  return rows === 0 ? "no rows" : (bots.find(({ why }) => why !== null)?.why ?? "no bot to measure");
}

async function note(
  what: Measured,
  measure: RetrievalMeasure | null,
  why: string | null,
  { clock }: Context,
  run: Run,
): Promise<void> {
  const value: NotedRetrieval = { at: new Date(clock.now()).toISOString(), measure, why };
  await run.journal.append({ event: "noted", name: notes[what], value });
}

/** A measure in a line. */
export function describeMeasure({ k, recall, latency, bots }: RetrievalMeasure): string {
  if (recall === null || latency === null) return "nothing to measure";
  const asked = bots.reduce((sum, { answers }) => sum + answers.length, 0);
  return `recall@${k} ${share(recall.mean)}, worst ${share(recall.worst)}; ${latency.p50.toFixed(1)} ms (p95 ${latency.p95.toFixed(1)}); ${asked} queries of ${bots.length === 1 ? "one bot" : `${bots.length} bots`}`;
}

function share(value: number): string {
  return value.toFixed(3);
}
