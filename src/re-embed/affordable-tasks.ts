/** What has been spent, and what runs. */
export interface Spending {
  /** US dollars; undefined: as much as it takes. */
  readonly maxDollars: number | undefined;
  /** Of a task, as it was planned. */
  readonly plannedDollars: number;
  readonly ended: { readonly tasks: number; readonly dollars: number };
  readonly running: number;
}

/** How many more tasks, with those that run, would stay within what may be spent, at what tasks have cost so far. Pure. */
export function affordableTasks({ maxDollars, plannedDollars, ended, running }: Spending): number {
  if (maxDollars === undefined) return Infinity;
  const each = ended.tasks === 0 ? plannedDollars : ended.dollars / ended.tasks;
  // A plan that is just within the limit is: sums of fractions are not exact.
  return Math.floor((maxDollars - ended.dollars) / each + 1e-6) - running;
}
