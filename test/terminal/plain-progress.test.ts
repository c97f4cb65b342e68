import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { plainProgress } from "../../src/terminal/plain-progress.ts";

/** Plain progress on a clock that only goes when it is told to. */
function spokenTo() {
  let now = 0;
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const clock = { now: () => now, sleep: () => Promise.reject(new Error("nothing waits here")) };
  return {
    progress: plainProgress(stream, clock),
    pass: (ms: number) => void (now += ms),
    lines: () => text.split("\n").slice(0, -1),
  };
}

test("a line a change, with the seconds since the beginning", () => {
  const { progress, pass, lines } = spokenTo();
  progress.say("Snapshot x: the newest.");
  using task = progress.begin("rds-cluster x");
  task.state("creating");
  pass(1_000);
  task.state("creating");
  pass(120_000);
  task.state("backing-up");
  task.end("ready (121.0 s)");
  task.state("not heard any more");
  expect(lines()).toEqual([
    "    0.0 s  Snapshot x: the newest.",
    "    0.0 s  rds-cluster x: creating",
    "  121.0 s  rds-cluster x: backing-up",
    "  121.0 s  rds-cluster x: ready (121.0 s)",
  ]);
});

test("a task without a state, and one that is left by a throw, say nothing of their own", () => {
  const { progress, lines } = spokenTo();
  const leave = () => {
    using task = progress.begin("left");
    throw new Error(`left ${typeof task}`);
  };
  expect(leave).toThrow("left");
  progress.begin("silent").end();
  progress.begin("failing", "begun").fail("why");
  expect(lines()).toEqual(["    0.0 s  failing: begun", "    0.0 s  failing: why"]);
});

test("a load's lines: each change of phase or status, every three seconds at most, and the end whatever the time", () => {
  const { progress, pass, lines } = spokenTo();
  const task = progress.begin("load");
  const load = (phase: string, done: number) => ({ phase, done, total: 5_000, unit: "rows", detail: `DMS: ${phase}` });
  pass(100_000);
  task.measure(load("starting", 0));
  for (let second = 0; second < 7; second++) {
    task.measure(load("copying", 700 * second));
    pass(1_000);
  }
  task.end(load("complete", 5_000));
  expect(lines()).toEqual([
    "  100.0 s  load starting: 0 of 5,000 rows (0 %); DMS: starting",
    "  100.0 s  load copying: 0 of 5,000 rows (0 %); DMS: copying",
    "  103.0 s  load copying: 2,100 of 5,000 rows (42 %), 700 rows/s, about 4.1 s left; DMS: copying",
    "  106.0 s  load copying: 4,200 of 5,000 rows (84 %), 700 rows/s, about 1.1 s left; DMS: copying",
    "  107.0 s  load complete: 5,000 of 5,000 rows (100 %); DMS: complete",
  ]);
});

test("in its first seconds a measure is told more often, and one without a known total as what is done", () => {
  const { progress, pass, lines } = spokenTo();
  const task = progress.begin("copying");
  for (let looks = 0; looks < 11; looks++) {
    task.measure({ done: looks * 10, total: 0, unit: "rows" });
    pass(100);
  }
  expect(lines()).toEqual([
    "    0.0 s  copying: 0 rows",
    "    0.5 s  copying: 50 rows, 100 rows/s",
    "    1.0 s  copying: 100 rows, 100 rows/s",
  ]);
});
