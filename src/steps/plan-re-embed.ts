import { commandFor } from "../command-for.ts";
import type { Context } from "../context.ts";
import { readUndoRecord } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import { ExpectedError, UsageError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import type { RunState } from "../provision/run-state.ts";
import { type BotRecord, recordsOf } from "../re-embed/bot-record.ts";
import { type PinnedTaskDefinition, pinTaskDefinition } from "../re-embed/ecs-calls.ts";
import { readEmbeddedRows } from "../re-embed/embedded-rows.ts";
import { finishedBefore } from "../re-embed/finished-before.ts";
import { planReEmbedding, type ReEmbedPlan } from "../re-embed/plan-re-embedding.ts";
import { type Prices, pricesFor } from "../re-embed/prices.ts";
import { type SelectedBot, type Selection, selectBots } from "../re-embed/select-bots.ts";
import { scanBots } from "../stack/bots.ts";
import { type Deployment, requireConversationTable } from "../stack/deployment.ts";
import { type EmbeddingPlace, readEmbeddingPlace } from "../stack/embedding.ts";
import { botsToMend, noVerification, type ReEmbedKind } from "./last-verification.ts";

/** What the operator asked for. */
export interface ReEmbedWishes {
  readonly only: readonly ReEmbedKind[] | undefined;
  readonly bots: readonly string[] | undefined;
  readonly owners: readonly string[] | undefined;
  readonly exclude: readonly string[];
  /** Parts of the table that are read at once. */
  readonly segments: number;
  readonly concurrency: number;
  readonly retries: number;
  /** Minutes after which a task is stopped. */
  readonly taskTimeout: number;
  /** Minutes to try on while ECS starts no task. */
  readonly capacityMinutes: number;
  readonly maxDollars: number | undefined;
  /** Also what this run has embedded before. */
  readonly again: boolean;
  readonly prices: { readonly [Price in keyof Prices]?: Prices[Price] | undefined };
  /** What a task is known to take on average. */
  readonly taskMinutes: number | undefined;
}

/** What is known before anything is paid. */
export interface PlannedReEmbed {
  readonly selection: Selection;
  /** Of bots that are not finished. */
  readonly plan: ReEmbedPlan;
  /** Selected bots that this run has embedded before, with their rows. */
  readonly earlier: ReadonlyMap<string, number>;
  readonly records: ReadonlyMap<string, BotRecord>;
  /** What was finished before then is embedded again; milliseconds since 1970. */
  readonly againSince: number;
  readonly place: EmbeddingPlace;
  readonly definition: PinnedTaskDefinition;
  readonly table: string;
}

/** The run that is gone on with, as far as it is read. */
export type RunToRead = Pick<Run, "id" | "stack" | "directory"> & { readonly state: RunState };

/**
 * Which bots are to be embedded, and what that takes. Reads, and changes nothing. Throws where tasks would write elsewhere than into the stack's
 * database, while a load is under way, for ids that are no bot's, and where it would cost more than it may.
 */
export async function planReEmbed(
  wishes: ReEmbedWishes,
  deployment: Deployment,
  run: RunToRead | undefined,
  context: Context,
): Promise<PlannedReEmbed> {
  const table = requireConversationTable(deployment);
  const place = await readEmbeddingPlace(context.aws, deployment);
  const definition = await pinTaskDefinition(context.aws, place.family);
  requireSameDatabase(definition, deployment, table);
  const only = wishes.only === undefined ? undefined : await toMend(wishes.only, deployment.stack, run);
  const selection = await select(wishes, only, table, context);
  const records = recordsOf(run?.state);
  const againSince = wishes.again ? againFrom(run?.state, context.clock.now()) : 0;
  const candidates = selection.selected.flatMap(({ id }) => {
    const record = records.get(id);
    return record?.outcome === "done" ? [record] : [];
  });
  const rows = await withSession(deployment.database, context, async (session) => {
    refuseDuringLoad(await readUndoRecord(session), deployment.stack);
    return readEmbeddedRows(
      session,
      candidates.map(({ bot }) => bot),
    );
  });
  const earlier = finishedBefore(candidates, rows, againSince);
  const plan = planOf(selection, earlier, definition, wishes);
  refuseDear(plan, wishes.maxDollars);
  return { selection, plan, earlier, records, againSince, place, definition, table };
}

function planOf(
  { selected }: Selection,
  earlier: ReadonlyMap<string, number>,
  { size }: PinnedTaskDefinition,
  { concurrency, prices, taskMinutes }: ReEmbedWishes,
): ReEmbedPlan {
  const bots = selected.filter(({ id }) => !earlier.has(id));
  return planReEmbedding({ bots, concurrency, task: size, prices: pricesFor(size.architecture, prices), taskMinutes });
}

/** The same for those of the selected bots that are kept. */
export function narrowed(
  planned: PlannedReEmbed,
  keep: (bot: SelectedBot) => boolean,
  wishes: ReEmbedWishes,
): PlannedReEmbed {
  const selection = { ...planned.selection, selected: planned.selection.selected.filter(keep) };
  const kept = new Set(selection.selected.map(({ id }) => id));
  const earlier = new Map([...planned.earlier].filter(([bot]) => kept.has(bot)));
  return { ...planned, selection, earlier, plan: planOf(selection, earlier, planned.definition, wishes) };
}

async function toMend(kinds: readonly ReEmbedKind[], stack: string, run: RunToRead | undefined) {
  if (run === undefined) throw noVerification({ stack });
  return botsToMend(run, kinds);
}

async function select(
  { bots, owners, exclude, segments }: ReEmbedWishes,
  only: ReadonlySet<string> | undefined,
  table: string,
  context: Context,
): Promise<Selection> {
  const setOf = (given: readonly string[] | undefined) => (given === undefined ? undefined : new Set(given));
  const collecting = selectBots({ only, ids: setOf(bots), owners: setOf(owners), exclude: new Set(exclude) });
  using task = context.progress.begin("bots");
  let pages = 0;
  const onPage = () => task.measure({ done: ++pages, total: 0, unit: "pages" });
  await scanBots(context.aws, table, { segments, onPage }, (bot, page) => collecting.take(bot, page));
  const selection = collecting.selection();
  const { unknownIds } = selection;
  if (unknownIds.length > 0)
    throw new UsageError(
      `DynamoDB knows no bot ${unknownIds.join(", ")}.`,
      "--bot and --exclude take the last part of a bot's SK, as `verify-counts --json` prints it. Nothing was started.",
    );
  task.end(`${selection.selected.length} to embed, ${selection.skipped.length} set apart`);
  return selection;
}

const interrupted = "re-embed again";

/** With `--again`: from now on, or, where such a command was interrupted, from when it began. */
function againFrom(state: RunState | undefined, now: number): number {
  const step = state?.steps.get("re-embed");
  const noted = state?.notes.get(interrupted);
  return step !== undefined && step.ended === undefined && typeof noted === "number" ? noted : now;
}

/** The line that keeps since when bots are embedded again. */
export function againLine(since: number) {
  return { event: "noted", name: interrupted, value: since } as const;
}

function requireSameDatabase(
  { arn, environment }: PinnedTaskDefinition,
  { database, stack }: Deployment,
  table: string,
) {
  const secret = environment.get("DB_SECRETS_ARN") ?? database.secretArn;
  const named = environment.get("TABLE_NAME") ?? table;
  if (secret === database.secretArn && named === table) return;
  throw new ExpectedError(
    `The tasks of ${arn} would work on ${secret} and table ${named}, the stack's are ${database.secretArn} and table ${table}.`,
    `Was the deploy of ${stack} broken off, or the task definition changed by hand? Deploy again. Nothing was started.`,
  );
}

function refuseDuringLoad(record: Awaited<ReturnType<typeof readUndoRecord>>, stack: string): void {
  if (record === undefined || record.phase === "finished") return;
  const { runId: run, phase } = record;
  throw new ExpectedError(
    `A load of run ${run} into the new cluster has not ended (${phase}): rows of embeddings would get between it.`,
    `End it (${commandFor("start-dms-migration", { stack, run })}) or take it back (${commandFor("undo", { stack, run })}), then run re-embed again. Nothing was started.`,
  );
}

function refuseDear({ dollars, prices }: ReEmbedPlan, maxDollars: number | undefined): void {
  if (maxDollars === undefined || dollars.total <= maxDollars) return;
  throw new ExpectedError(
    `It would cost about $${dollars.total.toFixed(2)} (prices of ${prices.asOf}), and --max-cost is $${maxDollars.toFixed(2)}.`,
    "Raise it, or choose fewer bots (--bot, --owner, --only, --exclude). Nothing was started.",
  );
}
