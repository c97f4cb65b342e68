import type { Context } from "../context.ts";
import type { Database } from "../database/session.ts";
import { withSession } from "../database/with-session.ts";
import { namePrefix } from "../provision/resource.ts";
import type { Run } from "../provision/run.ts";
import { allEnded } from "../settled.ts";
import { readBot, type SyncedBot } from "../stack/bots.ts";
import type { EmbeddingPlace } from "../stack/embedding.ts";
import { type BotRecord, recordLine } from "./bot-record.ts";
import { describeTasks, listTasks, logStreamOf, type PinnedTaskDefinition } from "./ecs-calls.ts";
import { type EmbeddedRows, readEmbeddedRows } from "./embedded-rows.ts";
import { billedMs, type EmbeddingTask, taskIdOf } from "./embedding-task.ts";
import { embeddingDollars, type Prices, taskDollars } from "./prices.ts";
import type { SelectedBot } from "./select-bots.ts";
import type { EmbeddingWindow } from "./window.ts";

/** What became of a bot that was to be embedded. */
export interface BotOutcome {
  readonly bot: string;
  readonly title: string;
  readonly owner: string;
  /** earlier: this run had embedded it before, and its rows are there. elsewhere: somebody else's sync has done it. left: not begun. */
  readonly outcome: "done" | "earlier" | "elsewhere" | "failed" | "gone" | "left";
  readonly rows: number | null;
  /** How many tasks it took. */
  readonly tasks: number;
  readonly seconds: number | null;
  readonly why: string | null;
  /** Of its last task. */
  readonly task: string | null;
  readonly exitCode: number | null;
  readonly stopCode: string | null;
  readonly syncStatus: string | null;
  readonly lastExecId: string | null;
  readonly logStream: string | null;
}

/** How bots are embedded. */
export interface EmbeddingSettings {
  readonly place: EmbeddingPlace;
  readonly definition: PinnedTaskDefinition;
  readonly table: string;
  readonly target: Database;
  readonly prices: Prices;
  /** Minutes after which a task is stopped. */
  readonly taskMinutes: number;
}

/** A re-embedding under way. */
export interface EmbeddingWork extends EmbeddingSettings {
  readonly context: Context;
  readonly run: Run;
  readonly bots: ReadonlyMap<string, SelectedBot>;
  readonly window: EmbeddingWindow;
  readonly records: Map<string, BotRecord>;
  readonly outcomes: Map<string, BotOutcome>;
  /** Tasks by ARN, as they were last seen: of this run, and others of the family. */
  readonly seen: Map<string, EmbeddingTask>;
  /** Bots whose task this command has stopped. */
  readonly overdue: Set<string>;
  /** How often ECS has not known the task of a bot. */
  readonly misses: Map<string, number>;
  /** Bots that somebody else syncs: since when that is known, and how often they were looked at. */
  readonly waiting: Map<string, { readonly since: number; readonly looks: number }>;
  /** Of these, bots whose status nobody stands behind: they are embedded here all the same. */
  readonly takenOver: Set<string>;
  /** Bots whose RunTask may have started a task all the same. */
  readonly unanswered: Set<string>;
  /** How many tasks each bot has had. */
  readonly started: Map<string, number>;
  /** Of tasks that have ended: how many, how long they ran together, and what that and their rows cost. */
  readonly ended: { tasks: number; ms: number; dollars: number };
  /** Why the last RunTask started nothing. */
  readonly refusal: { why: string };
}

/** What this run's tasks are started by, as ECS tells it. */
export function startedBy(run: Pick<Run, "id">): string {
  return `${namePrefix}${run.id}`;
}

/** Writes what is known of a bot into the journal, and keeps it. */
export async function note(work: EmbeddingWork, record: BotRecord): Promise<void> {
  await work.run.journal.append(recordLine(record));
  work.records.set(record.bot, record);
}

/** The rows of these bots on the target. Asks nothing for none. */
export async function rowsOf(
  work: Pick<EmbeddingWork, "target" | "context">,
  bots: readonly string[],
): Promise<ReadonlyMap<string, EmbeddedRows>> {
  if (bots.length === 0) return new Map();
  return withSession(work.target, work.context, (session) => readEmbeddedRows(session, bots));
}

/** Describes tasks, and keeps what is told of them. */
export async function lookAtTasks(work: EmbeddingWork, arns: readonly string[]): ReturnType<typeof describeTasks> {
  const described = await describeTasks(work.context.aws, work.place.cluster, arns);
  for (const [arn, task] of described.tasks) work.seen.set(arn, task);
  return described;
}

/** The bots that any task of the family works on now, whoever started it, with those tasks' ARNs. What a task is for does not change: it is asked once. */
export async function botsAtWork(work: EmbeddingWork): Promise<ReadonlyMap<string, string>> {
  const { place, context, seen } = work;
  const arns = await listTasks(context.aws, place.cluster, { family: place.family });
  const unknown = arns.filter((arn) => !seen.has(arn));
  if (unknown.length > 0) await lookAtTasks(work, unknown);
  return new Map(arns.flatMap((arn) => (seen.get(arn)?.bot === undefined ? [] : [[seen.get(arn)?.bot ?? "", arn]])));
}

/** Bots as they are now; those that were deleted are left out. */
export async function botsNow(work: EmbeddingWork, ids: readonly string[]): Promise<ReadonlyMap<string, SyncedBot>> {
  const found = await allEnded(
    ids.map(async (id) => {
      const bot = work.bots.get(id);
      return bot === undefined ? undefined : readBot(work.context.aws, work.table, bot);
    }),
  );
  return new Map(found.flatMap((bot) => (bot === undefined ? [] : [[bot.id, bot]])));
}

/** Dollars spent so far: on tasks that have ended, those that run, and what they have embedded. */
export function spentDollars(work: EmbeddingWork): number {
  const now = work.context.clock.now();
  const running = work.window.in("running").map((bot) => work.seen.get(work.records.get(bot)?.task ?? ""));
  const { definition, prices } = work;
  const costs = running.map((task) =>
    task === undefined ? 0 : taskDollars(definition.size, billedMs(task, now), prices),
  );
  return costs.reduce((sum, dollars) => sum + dollars, work.ended.dollars);
}

/** Counts a task that has ended, with the rows that are there of it. */
export function tallyEnded(work: EmbeddingWork, task: EmbeddingTask | undefined, rows: number): void {
  const ms = task === undefined ? 0 : billedMs(task, work.context.clock.now());
  work.ended.tasks += 1;
  work.ended.ms += ms;
  work.ended.dollars += taskDollars(work.definition.size, ms, work.prices) + embeddingDollars(rows, work.prices);
}

/** What became of a bot, with all that is known of its last task. */
export function settle(
  work: EmbeddingWork,
  bot: string,
  what: Pick<BotOutcome, "outcome"> & Partial<Omit<BotOutcome, "bot">>,
): void {
  const { title = "", owner = "" } = work.bots.get(bot) ?? {};
  const { outcome, ...known } = what;
  const arn = work.records.get(bot)?.task ?? null;
  const task = work.seen.get(arn ?? "");
  const ms = task === undefined ? 0 : billedMs(task, work.context.clock.now());
  work.outcomes.set(bot, {
    bot,
    title,
    owner,
    outcome,
    rows: null,
    tasks: work.started.get(bot) ?? 0,
    seconds: task === undefined ? null : Math.round(ms / 100) / 10,
    why: null,
    task: arn,
    exitCode: task?.exitCode ?? null,
    stopCode: task?.stopCode ?? null,
    syncStatus: null,
    lastExecId: null,
    logStream: arn === null ? null : logStreamOf(work.definition, taskIdOf(arn)),
    ...known,
  });
}
