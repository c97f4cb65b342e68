import type { Measure } from "../progress.ts";
import { duration } from "./duration.ts";
import type { Pace } from "./pace.ts";

/** A task as a line: `name: state`, or `load copying: 1,200 of 5,000 rows (24 %), 800 rows/s, about 4.8 s left; DMS: load-running`. */
export function taskLine(name: string, now: string | Measure, pace?: Pace): string {
  if (typeof now === "string") return `${name}: ${now}`;
  const { phase, total, unit, detail } = now;
  const done = Math.min(now.done, total || now.done);
  const amount = total > 0 ? `${count(done)} of ${count(total)} ${unit} (${percent(now)} %)` : `${count(done)} ${unit}`;
  const parts = [amount, ...(pace === undefined ? [] : [rate(pace, unit), ...timeLeft(pace)])];
  return `${name}${phase === undefined ? "" : ` ${phase}`}: ${parts.join(", ")}${detail === undefined ? "" : `; ${detail}`}`;
}

/** Whole percents, never 100 before the end. */
function percent({ done, total }: Measure): number {
  return Math.floor((100 * Math.min(done, total)) / total);
}

function rate({ perSecond }: Pace, unit: string): string {
  return `${count(perSecond)} ${unit}/s`;
}

function timeLeft({ msLeft }: Pace): string[] {
  return msLeft === undefined ? [] : [`about ${duration(msLeft)} left`];
}

function count(amount: number): string {
  return Math.round(amount).toLocaleString("en-US");
}
