import { z } from "zod";
import type { Context } from "../context.ts";
import { vectorIndexes } from "../database/catalog.ts";
import { listsOf, withLists } from "../database/index-definition.ts";
import { replaceIndex } from "../database/replace-index.ts";
import type { Database, SqlSession } from "../database/session.ts";
import { readUndoRecord, type StoredIndex, type Tuned, tunedIndexes } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import type { Run } from "../provision/run.ts";
import { itemsTable } from "../stack/items-table.ts";
import { adviceOn } from "../verify/advise-index.ts";
import { fewerLists, type indexChoices } from "../verify/choose-lists.ts";
import { judgeRetrieval, type RetrievalVerdict } from "../verify/judge-retrieval.ts";
import { type ExactAnswers, measureRetrieval, type RetrievalOptions, usualRetrieval } from "../verify/retrieval.ts";
import type { Recall, RetrievalMeasure } from "../verify/retrieval-measure.ts";
import { describeMeasure, notedRetrieval } from "./retrieval-baseline.ts";

export interface IndexPolicy {
  readonly index: (typeof indexChoices)[number];
  /** How much less of the right rows may be found than before the load. */
  readonly maxRecallDrop: number;
}

const recallSchema = z.object({ mean: z.number(), worst: z.number() }).nullable();

const indexTuningSchema = z.object({
  /** not measured: there is nothing to compare with, and the index stays as it is. */
  outcome: z.enum(["as it was", "fewer lists", "still worse", "not measured"]),
  why: z.string().nullable(),
  definition: z.object({ before: z.string(), now: z.string() }).nullable(),
  /** Of the temporary cluster with its own index; of the index as this call found it, built as it was; of what is there now. */
  recall: z.object({ baseline: recallSchema, found: recallSchema, now: recallSchema }),
});

/** What became of the vector index after it was built as it was. */
export type IndexTuning = z.infer<typeof indexTuningSchema>;

/** It as a line. */
export function describeTuning({ outcome, why, definition, recall }: IndexTuning): string {
  if (outcome === "not measured" || definition === null)
    return `not measured (${why ?? "no index"}): the index is as it was`;
  const lists = `${listsOf(definition.before) ?? "?"} -> ${listsOf(definition.now) ?? "?"} lists`;
  const found = [
    ...(recall.baseline === null ? [] : [`before the load ${drawRecall(recall.baseline)}`]),
    ...(recall.found === null || outcome === "as it was" ? [] : [`built as it was ${drawRecall(recall.found)}`]),
    ...(recall.now === null ? [] : [`now ${drawRecall(recall.now)}`]),
  ];
  return `${outcome}${definition.before === definition.now ? "" : ` (${lists})`}; recall: ${found.join(", ")}`;
}

function drawRecall({ mean, worst }: Recall): string {
  return `${mean.toFixed(2)} (worst ${worst.toFixed(2)})`;
}

export interface Tuning {
  readonly target: Database;
  readonly concurrently: boolean;
  readonly indexPolicy: IndexPolicy;
}

/**
 * Asks the new index what was asked of the temporary cluster's, and builds it with fewer lists until it finds as much. Never sets
 * `ivfflat.probes`: that is the database's setting, for all that it holds. Interrupted, it begins with the index that is there.
 */
export async function tuneIndex(tuning: Tuning, context: Context, run: Run): Promise<IndexTuning> {
  const { index: choice, maxRecallDrop } = tuning.indexPolicy;
  const baseline = notedRetrieval(run, "source");
  const first = await currentIndex(tuning.target, context);
  if (choice === "same-definition") return untouched(first, "--index same-definition");
  if (first === undefined) return untouched(first, "the new cluster has no ivfflat index");
  const before = baseline?.measure ?? undefined;
  if (before === undefined || before.recall === null) {
    const why = `nothing tells what was found before: ${baseline?.why ?? "it was not noted"}`;
    context.progress.say(`index ${first.index} stays as it was: ${why}; verify-counts --level all measures it`);
    return untouched(first, why);
  }
  const known: ExactAnswers = new Map();
  const look = async (): Promise<{ readonly measure: RetrievalMeasure; readonly verdict: RetrievalVerdict }> => {
    const measure = await measureLike(before, tuning.target, context, known);
    return { measure, verdict: judgeRetrieval(measure, before, { maxRecallDrop }) };
  };
  let [index, seen] = [first, await look()];
  let last: RetrievalVerdict | undefined;
  const found = seen.measure.recall;
  for (;;) {
    const lists = fewerLists(listsOf(index.definition) ?? 1, seen.verdict, last);
    const definition = lists === undefined ? undefined : withLists(index.definition, lists);
    if (lists === undefined || definition === undefined) break;
    index = { ...index, definition };
    await rebuild(tuning, index, lists, context);
    [last, seen] = [seen.verdict, await look()];
  }
  const { measure, verdict } = seen;
  for (const advice of adviceOn(measure)) context.progress.say(`advice: ${advice}`);
  const tuned = await noteTuned(tuning.target, context, run);
  const original = tuned.find((one) => one.index === index.index)?.definition;
  const outcome = outcomeOf(verdict, original !== undefined);
  return {
    outcome,
    why: outcome === "not measured" ? (measure.bots.find(({ why }) => why !== null)?.why ?? "no rows") : null,
    definition: { before: original ?? first.definition, now: index.definition },
    recall: { baseline: before.recall, found, now: measure.recall },
  };
}

function outcomeOf({ verdict }: RetrievalVerdict, changed: boolean): IndexTuning["outcome"] {
  if (verdict === "worse") return "still worse";
  if (changed) return "fewer lists";
  return verdict === "as good as before" ? "as it was" : "not measured";
}

function untouched(index: StoredIndex | undefined, why: string): IndexTuning {
  const definition = index === undefined ? null : { before: index.definition, now: index.definition };
  return { outcome: "not measured", why, definition, recall: { baseline: null, found: null, now: null } };
}

async function currentIndex(target: Database, context: Context): Promise<StoredIndex | undefined> {
  const indexes = await withSession(target, context, (session) =>
    vectorIndexes(session, itemsTable.schema, itemsTable.table),
  );
  return indexes.find(({ definition, valid }) => valid && listsOf(definition) !== undefined);
}

/** The queries of the baseline, and no others. */
async function measureLike(
  baseline: RetrievalMeasure,
  target: Database,
  context: Context,
  known: ExactAnswers,
): Promise<RetrievalMeasure> {
  using task = context.progress.begin("retrieval of the new cluster");
  const measure = await withSession(target, context, (session) =>
    measureRetrieval(session, { ...optionsLike(baseline, context), bots: 0 }, task, known),
  );
  task.end(describeMeasure(measure));
  return measure;
}

/** Options that ask again what was asked for a baseline. */
export function optionsLike(baseline: RetrievalMeasure | null, { clock }: Pick<Context, "clock">): RetrievalOptions {
  const { k, noise, seed } = baseline ?? usualRetrieval;
  const given = new Map(baseline?.bots.map(({ bot, sampled }) => [bot, sampled]));
  return { ...usualRetrieval, k, noise, seed, given, without: new Set(), clock };
}

async function rebuild(
  { target, concurrently }: Tuning,
  index: StoredIndex,
  lists: number,
  context: Context,
): Promise<void> {
  const waits = concurrently ? "inserts go on" : "inserts wait until it is built";
  using task = context.progress.begin(
    `index ${index.index}`,
    `finds less than the old one did: building it with lists = ${lists}; ${waits}`,
  );
  await replaceIndex(target, { index, concurrently }, task, context);
  task.end(`built with lists = ${lists}`);
}

/** Gives every index that was built with fewer lists the definition that it had before the load. */
export async function untuneIndexes(target: Database, context: Context, run: Run): Promise<string[]> {
  const tuned = await withSession(target, context, tunedIndexes);
  for (const { tuned: _tuned, ...index } of tuned) {
    using task = context.progress.begin(`index ${index.index}`, "building it as it was");
    await replaceIndex(target, { index, concurrently: false }, task, context);
    task.end("built as it was");
  }
  await noteTuned(target, context, run);
  return tuned.map(({ index }) => index);
}

const tunedNote = "tuned-indexes";

/** The record goes with the run, and what was tuned must be known after it. */
async function noteTuned(target: Database, context: Context, run: Run): Promise<Tuned[]> {
  const tuned = await withSession(target, context, tunedIndexes);
  const value = Object.fromEntries(tuned.map((one) => [one.index, one.tuned]));
  const before = run.state().notes.get(tunedNote) ?? {};
  if (JSON.stringify(before) !== JSON.stringify(value))
    await run.journal.append({ event: "noted", name: tunedNote, value });
  return tuned;
}

/** The definitions that the index policy has given indexes, by their names: by the run's record on the target, else by its journal. */
export async function tunedDefinitions(target: SqlSession, run: Run): Promise<ReadonlyMap<string, string>> {
  if ((await readUndoRecord(target))?.runId === run.id)
    return new Map((await tunedIndexes(target)).map((one) => [one.index, one.tuned]));
  const noted = z.record(z.string(), z.string()).safeParse(run.state().notes.get(tunedNote)).data;
  return new Map(Object.entries(noted ?? {}));
}
