import { array, assert, integer, nat, property, record } from "fast-check";
import { expect, test } from "vitest";
import { timeLeft } from "../../src/re-embed/time-left.ts";
import { EmbeddingWindow } from "../../src/re-embed/window.ts";

const limits = { concurrency: 3, retries: 1, backoffMs: 100 };
const bots = (count: number) => Array.from({ length: count }, (_, index) => `bot ${index}`);

/** All that can be started now, with their tasks there. */
function start(window: EmbeddingWindow, now: number): string[] {
  const taken = window.take(now);
  for (const bot of taken) window.running(bot);
  return taken;
}

test("as many run as there are places; each end makes room for the next", () => {
  const window = new EmbeddingWindow(bots(5), limits);
  expect(start(window, 0)).toEqual(["bot 0", "bot 1", "bot 2"]);
  expect(start(window, 0)).toEqual([]);
  window.ended("bot 1", "done");
  expect(start(window, 1)).toEqual(["bot 3"]);
  expect(window.counts).toEqual({ done: 1, failed: 0, gone: 0, running: 3, elsewhere: 0, left: 1 });
});

test("what is refused comes next again, after a while that doubles, and one at a time until a task is there", () => {
  const window = new EmbeddingWindow(bots(6), limits);
  for (const bot of window.take(0)) window.refused(bot, 0);
  expect(window.isPaused).toBe(true);
  expect(window.take(99)).toEqual([]);
  const [first, ...others] = window.take(100);
  expect(others).toEqual([]);
  window.refused(first ?? "", 100);
  expect(window.take(299)).toEqual([]);
  expect(window.take(300)).toEqual([first]);
  expect(window.take(300)).toEqual([]);
  window.running(first ?? "");
  expect(window.isPaused).toBe(false);
  expect(window.take(300)).toHaveLength(2);
  expect(window.counts).toMatchObject({ running: 3, left: 3 });
});

test("what fails comes again after the others, so often as it may", () => {
  const window = new EmbeddingWindow(bots(2), { ...limits, concurrency: 1 });
  start(window, 0);
  expect(window.failed("bot 0", 0, true)).toBe(true);
  expect(start(window, 0)).toEqual(["bot 1"]);
  window.ended("bot 1", "done");
  expect(start(window, 99)).toEqual([]);
  expect(start(window, 100)).toEqual(["bot 0"]);
  expect(window.failed("bot 0", 100, true)).toBe(false);
  expect(window.isSettled).toBe(true);
  expect(window.in("failed")).toEqual(["bot 0"]);
});

test("what no other task would mend is not tried again", () => {
  const window = new EmbeddingWindow(bots(1), limits);
  start(window, 0);
  expect(window.failed("bot 0", 0, false)).toBe(false);
});

test("a bot that somebody else syncs takes no place, and the end waits for it", () => {
  const window = new EmbeddingWindow(bots(2), { ...limits, concurrency: 1 });
  window.take(0);
  window.elsewhere("bot 0");
  expect(start(window, 0)).toEqual(["bot 1"]);
  window.ended("bot 1", "done");
  expect(window.isSettled).toBe(false);
  window.queued("bot 0");
  expect(start(window, 0)).toEqual(["bot 0"]);
});

test("tasks that are found running at the beginning have their places", () => {
  const window = new EmbeddingWindow(bots(4), { ...limits, concurrency: 2 });
  window.running("bot 3");
  window.ended("bot 0", "done");
  expect(start(window, 0)).toEqual(["bot 1"]);
  expect(window.counts).toEqual({ done: 1, failed: 0, gone: 0, running: 2, elsewhere: 0, left: 1 });
});

/** Lets a window work through tasks of these lengths, each refused or failed a few times first; gives the most that ran, and when it was over. */
function simulate(lengths: readonly { ms: number; refused: number; failed: number }[], concurrency: number) {
  const names = bots(lengths.length);
  const window = new EmbeddingWindow(names, { concurrency, retries: 2, backoffMs: 10 });
  const todo = new Map(names.map((name, index) => [name, { ...(lengths[index] ?? { ms: 1, refused: 0, failed: 0 }) }]));
  const ends = new Map<string, number>();
  const started = new Map<string, number>();
  let most = 0;
  let now = 0;
  for (; !window.isSettled && now < 1_000_000; now++) {
    for (const [bot, end] of ends) {
      if (end > now) continue;
      ends.delete(bot);
      const left = todo.get(bot);
      if (left !== undefined && left.failed-- > 0) window.failed(bot, now, true);
      else window.ended(bot, "done");
    }
    for (const bot of window.take(now)) {
      expect(ends.has(bot)).toBe(false);
      const left = todo.get(bot);
      if (left !== undefined && left.refused-- > 0) window.refused(bot, now);
      else {
        window.running(bot);
        started.set(bot, (started.get(bot) ?? 0) + 1);
        ends.set(bot, now + (left?.ms ?? 1));
      }
    }
    most = Math.max(most, ends.size);
  }
  return { window, most, now, started };
}

test("whatever is refused and fails, every bot is embedded, none beside itself, and no more at a time than may", () => {
  const one = record({ ms: integer({ min: 1, max: 30 }), refused: nat(2), failed: nat(2) });
  assert(
    property(array(one, { minLength: 1, maxLength: 20 }), integer({ min: 1, max: 6 }), (lengths, concurrency) => {
      const { window, most, started } = simulate(lengths, concurrency);
      expect(window.counts).toMatchObject({ done: lengths.length, running: 0, left: 0 });
      expect(most).toBeLessThanOrEqual(concurrency);
      for (const [index, { failed }] of lengths.entries()) expect(started.get(`bot ${index}`)).toBe(1 + failed);
    }),
    { numRuns: 60 },
  );
});

test("500 tasks of uneven lengths take hardly longer than an ideal schedule would", () => {
  const lengths = Array.from({ length: 500 }, (_, index) => ({
    ms: 20 + ((index * 7919) % 281),
    refused: 0,
    failed: 0,
  }));
  const { most, now } = simulate(lengths, 16);
  const ideal = lengths.reduce((sum, { ms }) => sum + ms, 0) / 16;
  expect(most).toBe(16);
  expect(now).toBeLessThan(1.1 * ideal);
});

test("the time left is told by what tasks take, and by the plan before the first has ended", () => {
  const counts = { running: 4, elsewhere: 0, left: 10 };
  expect(timeLeft(counts, 4, { ended: 0, ms: 0, plannedMs: 1_000 })).toBe(3_000);
  expect(timeLeft(counts, 4, { ended: 2, ms: 800, plannedMs: 1_000 })).toBe(1_200);
  expect(timeLeft({ ...counts, left: 0, running: 1 }, 4, { ended: 1, ms: 800, plannedMs: 1 })).toBe(400);
  expect(timeLeft({ running: 0, elsewhere: 0, left: 0 }, 4, { ended: 1, ms: 1, plannedMs: 1 })).toBeUndefined();
});
