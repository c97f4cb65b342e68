import type { Context } from "../context.ts";
import type { Run } from "../provision/run.ts";
import { adoptEmbeddings } from "../re-embed/adopt-embeddings.ts";
import { type BotOutcome, type EmbeddingWork, settle, spentDollars } from "../re-embed/embedding-work.ts";
import { runEmbeddings } from "../re-embed/run-embeddings.ts";
import type { SkippedBot } from "../re-embed/select-bots.ts";
import { EmbeddingWindow } from "../re-embed/window.ts";
import type { Deployment } from "../stack/deployment.ts";
import { againLine, type PlannedReEmbed, type ReEmbedWishes } from "./plan-re-embed.ts";

export interface ReEmbedResult {
  readonly run: string;
  /** done: every selected bot is embedded, or was deleted. */
  readonly outcome: "done" | "not done";
  /** How many bots each outcome has. */
  readonly counts: Readonly<Record<BotOutcome["outcome"], number>>;
  readonly minutes: number;
  /** About what this command has spent. */
  readonly dollars: number;
  /** With the revision. */
  readonly taskDefinition: string;
  readonly bots: readonly BotOutcome[];
  /** Bots that are not to be embedded, or cannot be. */
  readonly skipped: readonly SkippedBot[];
}

/**
 * Embeds the bots that are planned, in a window of tasks, and judges each by its status and its rows. Interrupted, the same command goes on: its tasks
 * go on meanwhile, and are found again. Throws a WaitTimeoutError where ECS starts no task for too long.
 */
export async function reEmbed(
  planned: PlannedReEmbed,
  wishes: ReEmbedWishes,
  deployment: Deployment,
  context: Context,
  run: Run,
): Promise<ReEmbedResult> {
  const began = context.clock.now();
  const { plan, definition } = planned;
  if (wishes.again) await run.journal.append(againLine(planned.againSince));
  await run.journal.append({ event: "step-began", step: "re-embed" });
  const work = beginWork(planned, wishes, deployment, context, run);
  using task = context.progress.begin("re-embed");
  await adoptEmbeddings(work);
  const limits = {
    concurrency: wishes.concurrency,
    maxDollars: wishes.maxDollars,
    plannedMs: plan.minutesPerTask * 60_000,
    plannedDollars: plan.tasks === 0 ? 0 : plan.dollars.total / plan.tasks,
    refusedMs: wishes.capacityMinutes * 60_000,
  };
  await runEmbeddings(work, limits, task);
  const bots = [...work.outcomes.values()].toSorted((a, b) => (a.bot < b.bot ? -1 : 1));
  const counts = countOutcomes(bots);
  const outcome = counts.failed + counts.left === 0 ? "done" : "not done";
  await run.journal.append({ event: "step-ended", step: "re-embed", result: { outcome, ...counts } });
  const told = `${counts.done + counts.elsewhere + counts.earlier} of ${bots.length} bots are embedded`;
  if (outcome === "done") task.end(told);
  else task.fail(told);
  return {
    run: run.id,
    outcome,
    counts,
    minutes: Math.round((context.clock.now() - began) / 6_000) / 10,
    dollars: Math.round(spentDollars(work) * 100) / 100,
    taskDefinition: definition.arn,
    bots,
    skipped: planned.selection.skipped,
  };
}

function beginWork(
  planned: PlannedReEmbed,
  wishes: ReEmbedWishes,
  deployment: Deployment,
  context: Context,
  run: Run,
): EmbeddingWork {
  const { selection, place, definition, table, plan, earlier, records } = planned;
  const { concurrency, retries, taskTimeout } = wishes;
  const bots = new Map(selection.selected.map((bot) => [bot.id, bot]));
  const work: EmbeddingWork = {
    place,
    definition,
    table,
    target: deployment.database,
    prices: plan.prices,
    taskMinutes: taskTimeout,
    context,
    run,
    bots,
    records: new Map(records),
    window: new EmbeddingWindow([...bots.keys()], { concurrency, retries, backoffMs: context.pollMs }),
    outcomes: new Map(),
    seen: new Map(),
    overdue: new Set(),
    misses: new Map(),
    waiting: new Map(),
    takenOver: new Set(),
    unanswered: new Set(),
    started: new Map(),
    ended: { tasks: 0, ms: 0, dollars: 0 },
    refusal: { why: "" },
  };
  for (const [bot, rows] of earlier) {
    settle(work, bot, { outcome: "earlier", rows });
    work.window.ended(bot, "done");
  }
  return work;
}

function countOutcomes(bots: readonly BotOutcome[]): Record<BotOutcome["outcome"], number> {
  const counts = { done: 0, earlier: 0, elsewhere: 0, failed: 0, gone: 0, left: 0 };
  for (const { outcome } of bots) counts[outcome] += 1;
  return counts;
}
