import { WaitTimeoutError } from "../errors.ts";
import type { Task } from "../progress.ts";
import { affordableTasks } from "./affordable-tasks.ts";
import { type EmbeddingWork, settle, spentDollars } from "./embedding-work.ts";
import { followEmbeddings, followOthers } from "./follow-embeddings.ts";
import { startEmbeddings } from "./start-embeddings.ts";
import { timeLeft } from "./time-left.ts";

export interface RunLimits {
  readonly concurrency: number;
  /** No task is started that could pass it; undefined: any. */
  readonly maxDollars: number | undefined;
  /** What a task is planned to take, until one has ended. */
  readonly plannedMs: number;
  readonly plannedDollars: number;
  /** Milliseconds without a task after which it gives up while ECS starts none. */
  readonly refusedMs: number;
}

/**
 * Embeds until every bot is settled, or no more may be spent: then what runs is followed to its end, and the rest is left. Throws a WaitTimeoutError
 * where ECS starts no task for too long.
 */
export async function runEmbeddings(work: EmbeddingWork, limits: RunLimits, task: Task): Promise<void> {
  const { window, context } = work;
  const { clock, signal } = context;
  let lastEvent = clock.now();
  let settled = -1;
  for (;;) {
    signal.throwIfAborted();
    await followEmbeddings(work);
    await followOthers(work);
    const most = affordableTasks({ ...limits, ended: work.ended, running: window.counts.running });
    if (most > 0) await startEmbeddings(work, most);
    tell(work, limits, task);
    const { running, elsewhere, left } = window.counts;
    if (running + elsewhere === 0 && (left === 0 || most <= 0)) break;
    if (running > 0 || settled !== work.outcomes.size) lastEvent = clock.now();
    settled = work.outcomes.size;
    if (window.isPaused && clock.now() - lastEvent > limits.refusedMs)
      throw new WaitTimeoutError("The next embedding task", work.refusal.why, limits.refusedMs / 60_000);
    await clock.sleep(context.pollMs, signal);
  }
  for (const bot of window.in("queued"))
    if (!work.outcomes.has(bot)) settle(work, bot, { outcome: "left", why: "no more may be spent" });
}

function tell(work: EmbeddingWork, { concurrency, plannedMs }: RunLimits, task: Task): void {
  const { counts } = work.window;
  const { done, gone, failed, running, elsewhere, left } = counts;
  const also = [
    `${running} running`,
    ...(elsewhere > 0 ? [`${elsewhere} synced by others`] : []),
    `${failed} failed`,
    `${left} left`,
  ];
  const refused = work.window.isPaused ? `; ECS starts none now (${work.refusal.why}), trying again` : "";
  const { tasks, ms } = work.ended;
  task.measure({
    done: done + gone + failed,
    total: work.bots.size,
    unit: "bots",
    msLeft: timeLeft(counts, concurrency, { ended: tasks, ms, plannedMs }),
    detail: `${also.join(", ")}; $${spentDollars(work).toFixed(2)} so far${refused}`,
  });
}
