import type { Clock } from "../clock.ts";
import type { Environment, OutputStream } from "../output-stream.ts";
import type { Progress, Task } from "../progress.ts";
import { type Colours, coloursFor } from "./colours.ts";
import { stamp } from "./duration.ts";
import { drawFrame, type LiveTask } from "./frame.ts";
import { liveRegion } from "./live-region.ts";
import { observe } from "./pace.ts";
import { taskLine } from "./task-line.ts";
import { sizeOf } from "./terminal-size.ts";

export interface LiveProgressOptions {
  readonly terminal: OutputStream;
  /** What is written there must not run into the live list, if it is the same terminal. */
  readonly stdout: OutputStream;
  readonly env: Environment;
  readonly clock: Clock;
  /** Whether lines begin with the seconds since the beginning. */
  readonly stamped: boolean;
}

/** Ten redraws a second. */
const redrawMs = 100;

/**
 * Progress as a live list at the end of a terminal: what goes on has a line there; what has ended, and what is said, scrolls up above it
 * and stays. Keeps no process alive, and leaves the terminal as it was when nothing goes on any more.
 */
export function liveProgress(options: LiveProgressOptions): Progress {
  const { terminal, env, clock, stamped } = options;
  const began = clock.now();
  const colours = coloursFor(terminal, env);
  // By a key of their own, in the order of their beginnings.
  const tasks = new Map<symbol, LiveTask>();
  const changed = redrawing(tasks, colours, options);
  const print = (mark: string, line: string) => {
    const beginning = stamped ? `${colours.weak(stamp(clock.now() - began))}${mark}` : mark.trimStart();
    terminal.write(`${beginning}${line}\n`);
    changed();
  };

  const begin = (name: string, state?: string): Task => {
    const key = Symbol(name);
    tasks.set(key, { name, began: clock.now(), now: state, samples: [] });
    changed();
    const become = (next: Partial<LiveTask>) => {
      const task = tasks.get(key);
      if (task !== undefined) tasks.set(key, { ...task, ...next });
    };
    const finish = (mark: string, last: LiveTask["now"]) => {
      if (!tasks.delete(key)) return;
      if (last === undefined) changed();
      else print(`${mark} `, taskLine(name, last));
    };
    return {
      state: (text) => become({ now: text }),
      measure(measure) {
        const before = tasks.get(key)?.samples ?? [];
        become({ now: measure, samples: observe(before, { at: clock.now(), ...measure }) });
      },
      end: (last) => finish(colours.good("✔"), last),
      fail: (why) => finish(colours.bad("✘"), why),
      // Left by a throw: what it was at is a trace that is wanted then.
      [Symbol.dispose]: () => finish(colours.weak("■"), tasks.get(key)?.now),
    };
  };
  return { say: (line) => print("  ", line), begin };
}

/** Draws the tasks while there are any. To be told when one comes or goes, or when a line was printed. */
function redrawing(tasks: ReadonlyMap<symbol, LiveTask>, colours: Colours, options: LiveProgressOptions): () => void {
  const { terminal, stdout, clock } = options;
  const region = liveRegion(terminal, stdout);
  let timer: NodeJS.Timeout | undefined;
  let drawnAt = -Infinity;
  const draw = () => {
    drawnAt = clock.now();
    region.show(drawFrame([...tasks.values()], drawnAt, sizeOf(terminal), colours));
  };
  return () => {
    if (tasks.size === 0) {
      clearInterval(timer);
      timer = undefined;
      return region.show([]);
    }
    timer ??= setInterval(draw, redrawMs).unref();
    if (clock.now() - drawnAt >= redrawMs) draw();
  };
}
