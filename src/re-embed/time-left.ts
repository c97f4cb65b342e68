import type { WindowCounts } from "./window.ts";

/** Milliseconds that the rest takes, by what a task has taken so far, and where none has ended yet, by the plan; undefined where nothing is left. */
export function timeLeft(
  counts: Pick<WindowCounts, "running" | "elsewhere" | "left">,
  concurrency: number,
  tasks: { readonly ended: number; readonly ms: number; readonly plannedMs: number },
): number | undefined {
  const open = counts.running + counts.elsewhere + counts.left;
  if (open === 0) return undefined;
  const each = tasks.ended > 0 ? tasks.ms / tasks.ended : tasks.plannedMs;
  // Of those that run, half is over on average; a last round never takes less than a half of one.
  return each * Math.max(0.5, (counts.left + counts.running / 2) / concurrency);
}
