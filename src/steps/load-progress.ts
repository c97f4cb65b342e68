import type { Context } from "../context.ts";
import { duration } from "../output.ts";

/** Tells how far a load is; `always` says so even where nothing has changed. */
export type SayLoad = (stage: string, rows: number, status: string, always?: boolean) => void;

/** A line at least so often, changed or not. */
const sayEveryMs = 3_000;

/** Lines like `copying: 1,200 of 5,000 rows (24 %), 800 rows/s, about 5 s left; DMS: load-running`. */
export function loadProgress(expectedRows: number, { clock, progress }: Context): SayLoad {
  let lastLine = "";
  let lastAt = 0;
  let copyBegan: number | undefined;
  return (stage, rows, status, always = false) => {
    const now = clock.now();
    if (rows > 0) copyBegan ??= now;
    const count = (n: number) => Math.round(n).toLocaleString("en-US");
    const percent = expectedRows > 0 ? ` (${Math.floor((100 * rows) / expectedRows)} %)` : "";
    const seconds = copyBegan === undefined ? 0 : (now - copyBegan) / 1000;
    const rate = stage === "copying" && seconds > 0.5 ? rows / seconds : 0;
    const left = rate > 0 ? `, about ${duration(((expectedRows - rows) / rate) * 1000)} left` : "";
    const speed = rate > 0 ? `, ${count(rate)} rows/s${left}` : "";
    const line = `load ${stage}: ${count(rows)} of ${count(expectedRows)} rows${percent}${speed}; DMS: ${status}`;
    const changed = line.split(" rows/s")[0] !== lastLine;
    if (!always && now - lastAt < (changed ? 500 : sayEveryMs)) return;
    progress.say(line);
    lastLine = line.split(" rows/s")[0] ?? "";
    lastAt = now;
  };
}
