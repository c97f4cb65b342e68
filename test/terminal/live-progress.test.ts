import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { liveProgress } from "../../src/terminal/live-progress.ts";
import { openScreen } from "./screen.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"], now: 0 }));
afterEach(() => void vi.useRealTimers());

/** Live progress without colours on an emulated terminal. */
function live(columns = 80, rows = 24, env: Record<string, string> = { NO_COLOR: "1" }) {
  const screen = openScreen(columns, rows);
  const options = { terminal: screen.stream, stdout: new PassThrough(), env, clock: systemClock, stamped: true };
  return { screen, progress: liveProgress(options), pass: (ms: number) => void vi.advanceTimersByTime(ms) };
}

test("what goes on stands at the end; what has ended, and what is said, scrolls up above it and stays", async () => {
  const { screen, progress, pass } = live();
  const cluster = progress.begin("rds-cluster x", "creating");
  const secret = progress.begin("secret x");
  pass(1_000);
  cluster.state("backing-up");
  progress.say("Engine version 15.3.");
  pass(100);
  expect(await screen.lines()).toEqual([
    "    1.0 s    Engine version 15.3.",
    "⠙ rds-cluster x: backing-up  1.1 s",
    "⠙ secret x  1.1 s",
  ]);
  secret.end("ready (1.1 s)");
  cluster.fail("it is gone");
  progress.say("over");
  expect(await screen.lines()).toEqual([
    "    1.0 s    Engine version 15.3.",
    "    1.1 s  ✔ secret x: ready (1.1 s)",
    "    1.1 s  ✘ rds-cluster x: it is gone",
    "    1.1 s    over",
  ]);
});

test("a task that a throw leaves is told with its last state, one that ends without a word is not", async () => {
  const { screen, progress } = live();
  const leave = () => {
    using left = progress.begin("left", "creating");
    progress.begin("silent", "waiting").end();
    throw new Error(typeof left);
  };
  expect(leave).toThrow();
  expect(await screen.lines()).toEqual(["    0.0 s  ■ left: creating"]);
});

test("lines of other code come above the list, whole, and the list comes back", async () => {
  const { screen, progress, pass } = live();
  const task = progress.begin("load", "starting");
  pass(300);
  screen.stream.write("(node:1) Warning: old\n");
  screen.stream.write(Buffer.from("(Use `node --trace-warnings ...`)\n"));
  expect(await screen.lines()).toEqual(["(node:1) Warning: old", "(Use `node --trace-warnings ...`)"]);
  pass(100);
  expect((await screen.lines()).at(-1)).toBe("⠼ load: starting  0.4 s");
  task.end();
  expect(await screen.lines()).toEqual(["(node:1) Warning: old", "(Use `node --trace-warnings ...`)"]);
});

test("while a question waits for its answer the list is not drawn over it", async () => {
  const { screen, progress, pass } = live();
  const task = progress.begin("load", "starting");
  screen.stream.write("Remove all of it? [y/N] ");
  pass(500);
  screen.stream.write("y");
  pass(500);
  expect(await screen.lines()).toEqual(["Remove all of it? [y/N] y"]);
  screen.stream.write("\r\n");
  pass(100);
  expect(await screen.lines()).toEqual(["Remove all of it? [y/N] y", "⠙ load: starting  1.1 s"]);
  task.end();
});

test("the list changes its length without leaving anything behind", async () => {
  const { screen, progress, pass } = live(60, 8);
  const tasks = Array.from({ length: 12 }, (_, index) => progress.begin(`task ${index}`));
  pass(100);
  expect(await screen.lines()).toHaveLength(6);
  for (const task of tasks.slice(2)) {
    task.end();
    pass(100);
  }
  expect((await screen.lines()).map((line) => line.slice(2))).toEqual(["task 0  1.1 s", "task 1  1.1 s"]);
  tasks[0]?.end();
  tasks[1]?.end();
  expect(await screen.lines()).toEqual([]);
});

test.each([30, 44, 120])("when the terminal becomes %i columns wide the list is drawn anew, once", async (columns) => {
  const { screen, progress, pass } = live(70);
  progress.say("before");
  const tasks = [1, 2, 3].map((n) =>
    progress.begin(`rds-cluster bcm-261123-m6zv7-source-${n}`, "being made, and made"),
  );
  pass(100);
  expect(await screen.lines()).toHaveLength(4);
  screen.resize(columns, 24);
  pass(100);
  const lines = await screen.lines();
  expect(lines[0]).toBe("    0.0 s    before");
  expect(lines).toHaveLength(4);
  expect(await screen.lines({ joined: true })).toEqual(lines);
  for (const task of tasks) task.end();
  expect(await screen.lines()).toEqual(["    0.0 s    before"]);
});

test("many changes do not make many redraws, and nothing goes on when nothing is left", async () => {
  const { screen, progress, pass } = live();
  const task = progress.begin("load");
  const before = screen.written().length;
  for (let look = 0; look < 500; look++) {
    task.measure({ done: look, total: 500, unit: "rows" });
    pass(2);
  }
  await screen.lines();
  const redraws = screen.written().slice(before).split("/500 rows").length - 1;
  expect(redraws).toBeGreaterThan(5);
  expect(redraws).toBeLessThanOrEqual(12);
  task.end();
  expect(vi.getTimerCount()).toBe(0);
});

test("the cursor is hidden while the list is there, and shown at its end", async () => {
  const { screen, progress } = live();
  const task = progress.begin("load");
  await screen.lines();
  expect(screen.written().split("\u001b[?25")).toHaveLength(2);
  task.end();
  await screen.lines();
  expect(screen.written().endsWith("\u001b[?25h")).toBe(true);
});

test("colours come and go with NO_COLOR", async () => {
  for (const [env, coloured] of [
    [{}, true],
    [{ NO_COLOR: "1" }, false],
  ] as const) {
    const { screen, progress } = live(80, 24, env);
    progress.begin("load", "starting").end("complete");
    await screen.lines();
    expect(screen.written().includes("\u001b[32m✔")).toBe(coloured);
    expect(/\[\d+m/.test(screen.written())).toBe(coloured);
  }
});
