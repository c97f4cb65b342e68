import { expect, test } from "vitest";
import type { Subscription } from "../../src/database/subscriptions.ts";
import { judgeLoad, type LoadObservation } from "../../src/steps/judge-load.ts";

const items = { schema: "public", table: "items" };

function subscription(more: Partial<Subscription> = {}): Subscription {
  const relations = [{ ...items, state: "r" }];
  return { name: "s", enabled: true, slot: "s", publications: ["p"], errors: 0, hasWorker: true, relations, ...more };
}

function seen(more: Partial<LoadObservation> = {}): LoadObservation {
  return {
    status: "load-running",
    failure: undefined,
    subscription: subscription(),
    expected: [items],
    idleMs: 0,
    wasWorking: true,
    caughtUp: undefined,
    ...more,
  };
}

test.each<[string, LoadObservation]>([
  ["starting", seen({ status: "Starting", subscription: undefined })],
  ["starting", seen({ status: "some new word", subscription: undefined })],
  ["copying", seen({ subscription: subscription({ relations: [{ ...items, state: "d" }] }) })],
  ["copying", seen({ subscription: subscription({ relations: [] }) })],
  [
    "copying",
    seen({
      subscription: subscription({
        relations: [
          { ...items, state: "r" },
          { schema: "x", table: "y", state: "r" },
        ],
      }),
    }),
  ],
  ["copying", seen({ subscription: subscription({ relations: [{ schema: "x", table: "y", state: "r" }] }) })],
  ["copying", seen({ subscription: subscription({ enabled: false, relations: [] }), wasWorking: false })],
  ["synchronised", seen()],
  ["synchronised", seen({ caughtUp: false })],
  ["complete", seen({ caughtUp: true })],
  ["complete", seen({ caughtUp: true, status: "Load complete, replication ongoing" })],
])("%s: %#", (verdict, observation) => {
  expect(judgeLoad(observation).verdict).toBe(verdict);
});

test.each<[RegExp, LoadObservation]>([
  [/DMS: no room/, seen({ status: "FAILED", failure: "no room", caughtUp: true })],
  [/2 replication errors/, seen({ subscription: subscription({ errors: 2 }), caughtUp: true })],
  [/was disabled/, seen({ subscription: subscription({ enabled: false }), caughtUp: true })],
  [/no replication worker/, seen({ idleMs: 61_000 })],
  [/did not stop it/, seen({ status: "stopped", caughtUp: true })],
])("failed, however complete it looks: %s", (why, observation) => {
  const judged = judgeLoad(observation);
  expect(judged).toMatchObject({ verdict: "failed", why: expect.stringMatching(why) as string });
});
