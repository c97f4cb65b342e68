import type { Writable } from "node:stream";
import type { Clock } from "../clock.ts";
import type { Measure, Progress, Task } from "../progress.ts";
import { stamp } from "./duration.ts";
import { observe, paceOf, type Sample } from "./pace.ts";
import { taskLine } from "./task-line.ts";

/** Progress as plain lines with the seconds since the command began: for logs, pipes and CI. */
export function plainProgress(stream: Writable, clock: Clock): Progress {
  const began = clock.now();
  return lineProgress((line) => {
    stream.write(`${stamp(clock.now() - began)}${line}\n`);
  }, clock);
}

/** Progress as lines, a line a change, to a function that takes them. */
export function lineProgress(say: (line: string) => void, clock: Clock): Progress {
  return { say, begin: (name, state) => lineTask(name, state, say, clock) };
}

/** Milliseconds between two lines of a measure: close together at first, then every three seconds. */
function spacing(elapsedMs: number): number {
  return Math.min(Math.max(elapsedMs / 10, 500), 3_000);
}

function lineTask(name: string, begun: string | undefined, say: (line: string) => void, clock: Clock): Task {
  const began = clock.now();
  let samples: readonly Sample[] = [];
  let last: Measure | undefined;
  let told: { readonly line: string; readonly at: number } | undefined;
  let over = false;
  const tell = (now: string | Measure) => {
    const pace = typeof now === "string" ? undefined : paceOf(samples, now.total);
    const line = taskLine(name, now, pace);
    if (over || line === told?.line) return;
    say(line);
    told = { line, at: clock.now() };
  };
  const end = (how?: string | Measure) => {
    samples = [];
    if (how !== undefined) tell(how);
    over = true;
  };
  if (begun !== undefined) tell(begun);
  return {
    state: tell,
    measure(measure) {
      const now = clock.now();
      samples = observe(samples, { at: now, ...measure });
      const same = last?.phase === measure.phase && last?.detail === measure.detail;
      last = measure;
      if (same && told !== undefined && now - told.at < spacing(now - began)) return;
      tell(measure);
    },
    end,
    fail: end,
    [Symbol.dispose]: () => void (over = true),
  };
}
