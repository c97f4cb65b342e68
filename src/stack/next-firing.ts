import { Cron } from "croner";

/** When a schedule fires next: a time, never (again), or undefined where its expression is not understood. */
export type Firing = { readonly at: Date } | "never" | undefined;

/**
 * The next time of an EventBridge Scheduler expression after `from`: `cron(minutes hours day-of-month month day-of-week year)` with Sunday
 * as 1, or `at(…)`. Of `rate(…)`, which counts from the schedule's own start, nothing is said. Pure.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function nextFiring(expression: string, timezone: string, from: Date): Firing {
  const [, kind, inside = ""] = /^(cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  // The library takes a time without a zone, in the zone that is given, as a pattern too.
  const pattern =
    kind === "at" ? inside : kind === "cron" && /^(\S+\s+){5}\S+$/.test(inside) ? `0 ${inside}` : undefined;
  if (pattern === undefined) return undefined;
  try {
    const cron = new Cron(pattern, {
      timezone,
      ...(kind === "cron" && { mode: "7-part", alternativeWeekdays: true }),
      // `0/15`: from 0, every 15.
      sloppyRanges: true,
      paused: true,
    });
    const at = cron.nextRun(from);
    return at === null ? "never" : { at };
  } catch {
    return undefined;
  }
}
