import type { Measure } from "../progress.ts";
import type { Colours } from "./colours.ts";
import { cutToWidth, displayWidth, printable } from "./display-width.ts";
import { duration } from "./duration.ts";
import { paceOf, type Sample } from "./pace.ts";
import { count, percent, rate, subject } from "./task-line.ts";
import type { TerminalSize } from "./terminal-size.ts";

/** A task as the live list shows it. */
export interface LiveTask {
  readonly name: string;
  /** Milliseconds of the clock. */
  readonly began: number;
  readonly now: string | Measure | undefined;
  readonly samples: readonly Sample[];
}

const spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const spinnerMs = 100;

/**
 * The live list as lines: none wider than the terminal, and fewer of them than it is high; what has no place is counted in the last one.
 * The last column stays free, since some terminals wrap a line that fills it.
 */
export function drawFrame(
  tasks: readonly LiveTask[],
  at: number,
  { columns, rows }: TerminalSize,
  colours: Colours,
): string[] {
  // One row for the cursor below the list, and one for the line above it.
  const room = rows < 2 ? 0 : Math.max(1, rows - 2);
  const shown = tasks.length <= room ? tasks : tasks.slice(0, Math.max(0, room - 1));
  const turning = spinner[Math.floor(at / spinnerMs) % spinner.length] ?? "";
  const lines = shown.map((task) => `${colours.busy(turning)} ${taskRow(task, at, columns - 3, colours)}`);
  if (shown.length === tasks.length || room === 0) return lines;
  return [...lines, colours.weak(cutToWidth(`  … and ${tasks.length - shown.length} more`, columns - 1))];
}

function taskRow(task: LiveTask, at: number, width: number, colours: Colours): string {
  const elapsed = duration(at - task.began);
  if (typeof task.now === "object") return measureRow(task, task.now, elapsed, width, colours);
  const time = width < 30 ? "" : `  ${elapsed}`;
  return `${stateText(task.name, task.now ?? "", width - time.length)}${colours.weak(time)}`;
}

/** `name: state`, where the name gives way first, but not for more than its half of the line. */
function stateText(name: string, state: string, width: number): string {
  const [full, told] = [printable(name), state === "" ? "" : `: ${printable(state)}`];
  const nameWidth = Math.max(Math.floor(width / 2), width - displayWidth(told));
  const head = cutToWidth(full, nameWidth);
  return `${head}${cutToWidth(told, width - displayWidth(head))}`;
}

/** `load copying  ━━━━━━──────   59 %  2,970/5,000 rows  0.4 s left  4,685 rows/s  3.1 s  DMS: load-running`, as much as fits. */
function measureRow(task: LiveTask, now: Measure, elapsed: string, width: number, colours: Colours): string {
  const share = percent(now);
  const pace = paceOf(task.samples, now.total);
  const msLeft = now.msLeft ?? pace?.msLeft;
  const name = cutToWidth(printable(subject(task.name, now)), Math.max(Math.floor(width / 2), width - 24));
  const barWidth = Math.min(24, Math.max(6, Math.floor(width / 8)));
  const hasBar = share !== undefined && displayWidth(name) + 2 + barWidth <= width;
  const wanted: (string | undefined)[] = [
    share === undefined ? undefined : `${share} %`.padStart(5),
    `${count(now.done)}${now.total > 0 ? `/${count(now.total)}` : ""} ${now.unit}`,
    msLeft === undefined ? undefined : `${duration(msLeft)} left`,
    pace === undefined || now.msLeft !== undefined ? undefined : rate(pace, now),
    elapsed,
    now.detail === undefined ? undefined : printable(now.detail),
  ];
  let left = width - displayWidth(name) - (hasBar ? barWidth + 2 : 0);
  const pieces = wanted.filter((piece) => {
    if (piece === undefined || left < displayWidth(piece) + 2) return false;
    left -= displayWidth(piece) + 2;
    return true;
  });
  return [name, ...(hasBar ? [drawBar(now, barWidth, colours)] : []), ...pieces].join("  ");
}

function drawBar({ done, total }: Measure, width: number, colours: Colours): string {
  const full = Math.floor((Math.min(done, total) / total) * width);
  return `${colours.good("━".repeat(full))}${colours.weak("─".repeat(width - full))}`;
}
