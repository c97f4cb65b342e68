import type { Measure } from "../progress.ts";
import { duration } from "./duration.ts";
import type { Pace } from "./pace.ts";

/** A task as a line: `name: state`, or `load copying: 1,200 of 5,000 rows (24 %), 800 rows/s, about 4.8 s left; DMS: load-running`. */
export function taskLine(name: string, now: string | Measure, pace?: Pace): string {
  if (typeof now === "string") return `${name}: ${now}`;
  const share = percent(now);
  const amount =
    share === undefined ? count(now.done) : `${count(Math.min(now.done, now.total))} of ${count(now.total)}`;
  const msLeft = now.msLeft ?? pace?.msLeft;
  const parts = [
    `${amount} ${now.unit}${share === undefined ? "" : ` (${share} %)`}`,
    ...(pace === undefined || now.msLeft !== undefined ? [] : [rate(pace, now)]),
    ...(msLeft === undefined ? [] : [`about ${duration(msLeft)} left`]),
  ];
  return `${subject(name, now)}: ${parts.join(", ")}${now.detail === undefined ? "" : `; ${now.detail}`}`;
}

/** What is measured: `load copying`. */
export function subject(name: string, { phase }: Measure): string {
  return phase === undefined ? name : `${name} ${phase}`;
}

/** Whole percents, 100 not before the end; undefined where the total is not known. */
export function percent({ done, total }: Measure): number | undefined {
  return total > 0 ? Math.floor((100 * Math.min(done, total)) / total) : undefined;
}

/** `800 rows/s` */
export function rate({ perSecond }: Pace, { unit }: Measure): string {
  return `${count(perSecond)} ${unit}/s`;
}

/** `1,200` */
export function count(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}
