import { z } from "zod";
import type { Clock } from "../clock.ts";
import { vectorIndexes } from "../database/catalog.ts";
import { sqlState, type SqlSession, type SqlTransaction } from "../database/session.ts";
import type { Task } from "../progress.ts";
import { type BotCount, countBots, items, itemsTable } from "../stack/items-table.ts";
import {
  exactPlan,
  latencyOf,
  type MeasuredBot,
  recallOf,
  recallOfAll,
  type RetrievalAnswer,
  type RetrievalMeasure,
} from "./retrieval-measure.ts";
import { ofBotByDistance, queriesOf, type RetrievalQuery, sampleIds } from "./retrieval-queries.ts";

export interface RetrievalOptions {
  /** Rows that a query asks for. */
  readonly k: number;
  readonly noise: number;
  readonly seed: string;
  /** How many bots are measured, those with the most rows first. */
  readonly bots: number;
  /** Bots whose rows tell nothing: they will not be on the other side. */
  readonly without: ReadonlySet<string | null>;
  /** Rows to make the queries of, where they were chosen before; these bots are measured in any case. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** How long the whole of it may take: what is not asked by then stays unasked, and is said. */
  readonly budgetMs: number;
  readonly clock: Pick<Clock, "now">;
}

/**
 * `max_results` of upstream's DEFAULT_SEARCH_CONFIG, v0.4 to v1.4 (`backend/app/config.py`), is 20. The ten largest bots: those that the
 * planner serves with the vector index first.
 */
export const usualRetrieval = { k: 20, noise: 0.05, seed: "1", bots: 10, budgetMs: 120_000 } as const;

/** Below the 45 seconds of the Data API: what takes longer is told, not waited for. */
const statementMs = 40_000;

/** Exact distances, by the row that the query is made of: rows that do not change are searched through once. */
export type ExactAnswers = Map<string, readonly number[]>;

/**
 * Asks what the application asks, with vectors beside stored ones of the largest bots: by the plan that the planner chooses, and again with
 * index scans off, which is exact (the method of pgvector's README). Where the planner takes no vector index, its answer is the exact one.
 * Changes nothing.
 */
export async function measureRetrieval(
  session: SqlSession,
  options: RetrievalOptions,
  task: Task,
  known: ExactAnswers = new Map(),
): Promise<RetrievalMeasure> {
  const { schema, table } = itemsTable;
  const indexes = (await vectorIndexes(session, schema, table)).filter(({ valid }) => valid);
  const counted = await countBots(session);
  const chosen = chooseBots(counted, options);
  const names = new Set(indexes.map(({ index }) => index));
  const deadline = options.clock.now() + options.budgetMs;
  const bots: MeasuredBot[] = [];
  for (const { bot } of chosen) {
    task.measure({ phase: "asking", done: bots.length, total: chosen.length, unit: "bots" });
    const left = deadline - options.clock.now();
    const until = options.clock.now() + left / (chosen.length - bots.length);
    bots.push(await measureBot(session, { bot, indexes: names, until, known }, options));
  }
  const rows = sum(counted);
  const answers = bots.flatMap((one) => one.answers);
  const [first] = indexes;
  return {
    k: options.k,
    noise: options.noise,
    seed: options.seed,
    rows,
    index: first === undefined ? null : { index: first.index, definition: first.definition },
    bots,
    others: { bots: counted.length - chosen.length, rows: rows - sum(chosen) },
    recall: recallOfAll(answers),
    latency: latencyOf(answers),
  };
}

type NamedBot = BotCount & { readonly bot: string };

/** Rows of no bot are never asked for. */
function chooseBots(counted: readonly BotCount[], { given, without, bots }: RetrievalOptions): NamedBot[] {
  const candidates = counted
    .filter((one): one is NamedBot => one.bot !== null && !without.has(one.bot))
    .toSorted((a, b) => b.rows - a.rows || (a.bot < b.bot ? -1 : 1));
  return candidates.filter(({ bot }, at) => at < bots || given.has(bot));
}

function sum(bots: readonly BotCount[]): number {
  return bots.reduce((all, { rows }) => all + rows, 0);
}

interface BotQuestion {
  readonly bot: string;
  /** Names of the vector indexes. */
  readonly indexes: ReadonlySet<string>;
  /** The time at which the next bot's turn comes. */
  readonly until: number;
  readonly known: ExactAnswers;
}

/** Where the planner takes no vector index, one query is like the next. */
const exactQueries = 5;

async function measureBot(session: SqlSession, question: BotQuestion, options: RetrievalOptions): Promise<MeasuredBot> {
  const { bot, until } = question;
  const answers: RetrievalAnswer[] = [];
  const measured = { plan: null as string | null, sampled: [] as readonly string[], why: null as string | null };
  let rows = 0;
  try {
    rows = await countVectors(session, bot);
    const { sampled, queries } = await sample(session, { bot, rows }, options);
    measured.sampled = sampled;
    for (const query of queries) {
      if (measured.plan === exactPlan && answers.length >= exactQueries) break;
      if (options.clock.now() >= until) {
        measured.why = `the time for it was over after ${answers.length} of ${queries.length} queries`;
        break;
      }
      measured.plan ??= await planOf(session, { ...question, query }, options);
      answers.push(await ask(session, { ...question, query, plan: measured.plan }, options));
    }
  } catch (error) {
    if (sqlState(error) !== queryCancelled) throw error;
    measured.why = `a query took longer than ${statementMs / 1000} s`;
  }
  const fewer = answers.filter((one) => one.rows < Math.min(options.k, rows)).length;
  return {
    bot,
    rows,
    ...measured,
    sampled: [...measured.sampled],
    recall: recallOfAll(answers),
    latency: latencyOf(answers),
    answers,
    fewer,
  };
}

/** The queries that were asked before, where a row of theirs is there still; a bot that was synced since gets new ones. */
async function sample(
  session: SqlSession,
  { bot, rows }: NamedBot,
  options: RetrievalOptions,
): Promise<{ readonly sampled: readonly string[]; readonly queries: readonly RetrievalQuery[] }> {
  const given = options.given.get(bot) ?? [];
  const again = await queriesOf(session, bot, given, options);
  if (again.length > 0 || rows === 0) return { sampled: given, queries: again };
  const sampled = await sampleIds(session, bot, { count: queriesFor(rows), seed: options.seed });
  return { sampled, queries: await queriesOf(session, bot, sampled, options) };
}

/** SQLSTATE of a statement that statement_timeout has ended. */
const queryCancelled = "57014";

/** Few for small bots, whose answers are alike, so that a small deployment is measured within a second. */
function queriesFor(rows: number): number {
  return Math.min(20, Math.max(5, Math.ceil(rows / 50)));
}

async function countVectors(session: SqlSession, bot: string): Promise<number> {
  const [counted] = await reading(session, {}, (transaction) =>
    transaction.query<{ rows: number }>(
      `select count(*)::float8 as "rows" from ${items} where botid = $1::text::bpchar and embedding is not null`,
      [bot],
    ),
  );
  return counted?.rows ?? 0;
}

type Asked = BotQuestion & { readonly query: RetrievalQuery };

const planSchema = z.object({
  "Index Name": z.string().optional(),
  get Plans() {
    return z.array(planSchema).optional();
  },
});
const explainedSchema = z.tuple([z.object({ Plan: planSchema })]);

/** Which vector index the planner takes for the application's own statement; that does not depend on the vector. */
async function planOf(session: SqlSession, { bot, query, indexes }: Asked, { k }: RetrievalOptions): Promise<string> {
  const [explained] = await session.query<{ "QUERY PLAN": unknown }>(
    `explain (format json) select id, botid, content, source, embedding from ${items} ${ofBotByDistance} limit ${k}`,
    [bot, query.vector],
  );
  const [{ Plan: plan }] = explainedSchema.parse(explained?.["QUERY PLAN"]);
  return indexNames(plan).find((name) => indexes.has(name)) ?? exactPlan;
}

function indexNames({ "Index Name": name, Plans: plans = [] }: z.infer<typeof planSchema>): string[] {
  return [...(name === undefined ? [] : [name]), ...plans.flatMap(indexNames)];
}

async function ask(
  session: SqlSession,
  { bot, query, plan, known }: Asked & { readonly plan: string },
  { k }: RetrievalOptions,
): Promise<RetrievalAnswer> {
  const { distances, rows, milliseconds } = await reading(session, {}, (one) => nearest(one, { bot, query, k }));
  const about = { id: query.id, rows, milliseconds };
  if (plan === exactPlan) return { ...about, recall: distances.length === 0 ? null : 1 };
  const exact =
    known.get(query.id) ??
    (await reading(session, { enable_indexscan: "off" }, (one) => nearest(one, { bot, query, k }))).distances;
  known.set(query.id, exact);
  return { ...about, recall: recallOf(distances, exact) ?? null };
}

interface Nearest {
  /** In ascending order; rows without a vector, which an exact answer ends with, are not among them. */
  readonly distances: readonly number[];
  readonly rows: number;
  readonly milliseconds: number;
}

/** The time is taken by the server: from the arrival of the statement until the answer is there, without the way to us. */
async function nearest(
  session: SqlTransaction,
  { bot, query, k }: { readonly bot: string; readonly query: RetrievalQuery; readonly k: number },
): Promise<Nearest> {
  const [answer] = await session.query<{ distances: number[] | null; rows: number; milliseconds: number }>(
    `select json_agg(distance order by distance) filter (where distance is not null) as "distances",
            count(*)::float8 as "rows",
            (extract(epoch from clock_timestamp() - statement_timestamp()) * 1000)::float8 as "milliseconds"
       from (select id, botid, content, source, embedding, embedding <-> $2::text::vector as distance
               from ${items} ${ofBotByDistance} limit ${k}) as answer`,
    [bot, query.vector],
  );
  if (answer === undefined) throw new Error("an aggregate gives a row");
  const milliseconds = Math.round(answer.milliseconds * 1000) / 1000;
  return { distances: answer.distances ?? [], rows: answer.rows, milliseconds };
}

async function reading<T>(
  session: SqlSession,
  settings: Readonly<Record<string, string>>,
  work: (transaction: SqlTransaction) => Promise<T>,
): Promise<T> {
  return session.transaction({ readOnly: true, settings: { statement_timeout: `${statementMs}`, ...settings } }, work);
}
