import { expect, test } from "vitest";
import { observe, paceOf, type Sample } from "../../src/terminal/pace.ts";

/** The pace after samples of `[seconds, done]`. */
function paceAfter(seen: readonly (readonly [seconds: number, done: number])[], total = 1_000) {
  const samples = seen.reduce<readonly Sample[]>(
    (before, [seconds, done]) => observe(before, { at: seconds * 1_000, done }),
    [],
  );
  return paceOf(samples, total);
}

test("rate and time left follow from what was done since the first sample, not from what was there before", () => {
  expect(paceAfter([[0, 400], [2, 500]])).toEqual({ perSecond: 50, msLeft: 10_000 }); // prettier-ignore
});

test("time before the first step does not count", () => {
  expect(paceAfter([[0, 0], [600, 0], [602, 100]])).toEqual({ perSecond: 50, msLeft: 18_000 }); // prettier-ignore
});

test("there is no pace from one sample, from too little time, while nothing moves, and at the end", () => {
  expect(paceAfter([])).toBeUndefined();
  expect(paceAfter([[0, 400]])).toBeUndefined();
  expect(paceAfter([[0, 400], [0.2, 500]])).toBeUndefined(); // prettier-ignore
  expect(paceAfter([[0, 400], [10, 400]])).toBeUndefined(); // prettier-ignore
  expect(paceAfter([[0, 400], [10, 1_000]])).toBeUndefined(); // prettier-ignore
});

test("the pace is that of the last minute", () => {
  const fastThenSlow = Array.from({ length: 200 }, (_, index) => [index * 2, index < 100 ? index * 50 : 5_000 + index] as const); // prettier-ignore
  expect(paceAfter(fastThenSlow, 10_000)?.perSecond).toBeCloseTo(0.5);
});

test("after a minute without a step there is none until the next one", () => {
  const stalled = [[0, 0], [2, 100], [40, 100], [80, 100], [120, 100]] as const; // prettier-ignore
  expect(paceAfter(stalled)).toBeUndefined();
  expect(paceAfter([...stalled, [122, 120]])).toEqual({ perSecond: 10, msLeft: 88_000 });
});

test("what goes back begins anew", () => {
  expect(paceAfter([[0, 0], [2, 500], [4, 10], [6, 20]])).toEqual({ perSecond: 5, msLeft: 196_000 }); // prettier-ignore
});

test("frequent looks do not make the samples grow without bound", () => {
  let samples: readonly Sample[] = [];
  for (let at = 0; at < 200_000; at += 20) samples = observe(samples, { at, done: at });
  expect(samples.length).toBeLessThan(300);
  expect(paceOf(samples, 1_000_000)?.perSecond).toBeCloseTo(1_000);
});
