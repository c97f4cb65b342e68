import type { Writable } from "node:stream";
import Table from "cli-table3";
import type { Clock } from "./clock.ts";

/** Where a step tells what it is doing: stderr, one line a change. */
export interface Progress {
  say(line: string): void;
}

/** Progress as plain lines with the seconds since the command began. */
export function plainProgress(stream: Writable, clock: Clock): Progress {
  const began = clock.now();
  return {
    say(line) {
      const seconds = (clock.now() - began) / 1000;
      stream.write(`${seconds.toFixed(1).padStart(7)} s  ${line}\n`);
    },
  };
}

/** A table's cell for a number that is not there. */
export const absent = "-";

/** A table for stdout: cells are padded by display width, so that wide characters line up. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const numeric = head.map((_, column) =>
    rows.every((row) => typeof row[column] === "number" || row[column] === absent),
  );
  const drawn = new Table({
    head: [...head],
    colAligns: numeric.map((right) => (right ? "right" : "left")),
    style: { head: [], border: [], compact: true },
    chars: Object.fromEntries(
      [
        "top",
        "top-mid",
        "top-left",
        "top-right",
        "bottom",
        "bottom-mid",
        "bottom-left",
        "bottom-right",
        "left",
        "left-mid",
        "mid",
        "mid-mid",
        "right",
        "right-mid",
      ].map((edge) => [edge, ""]),
    ),
  });
  for (const row of rows)
    drawn.push(row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell)));
  return drawn.toString();
}

/** `2.1 s`, `3 min 20 s`, `1 h 05 min`. */
export function duration(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A result as `name  value` lines. */
export function fields(result: object): string {
  const entries = Object.entries(result as Record<string, unknown>);
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries
    .map(([name, value]) => `${name.padEnd(width)}  ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join("\n");
}
