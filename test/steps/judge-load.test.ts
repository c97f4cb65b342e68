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
    stopReason: undefined,
    subscription: subscription(),
    expected: [items],
    idleMs: 0,
    wasWorking: true,
    errorsBefore: 0,
    caughtUp: undefined,
    ...more,
  };
}

test.each<[string, LoadObservation]>([
  ["starting", seen({ status: "Starting", subscription: undefined })],
  ["starting", seen({ status: "some new word", subscription: undefined })],
  ["starting", seen({ status: "STARTING", subscription: subscription({ enabled: false, hasWorker: false }) })],
  ["copying", seen({ subscription: subscription({ relations: [{ ...items, state: "d" }] }) })],
  ["copying", seen({ subscription: subscription({ relations: [] }) })],
  ["copying", seen({ subscription: subscription({ enabled: false, relations: [] }), wasWorking: false })],
  ["synchronised", seen()],
  ["synchronised", seen({ caughtUp: false })],
  ["complete", seen({ caughtUp: true })],
  ["complete", seen({ caughtUp: true, status: "Load complete, replication ongoing" })],
  // What has arrived has, whatever becomes of the data migration.
  ["synchronised", seen({ caughtUp: false, status: "FAILED" })],
  ["complete", seen({ caughtUp: true, status: "FAILED" })],
  ["complete", seen({ caughtUp: true, status: "stopped", subscription: subscription({ enabled: false }) })],
])("%s: %#", (verdict, observation) => {
  expect(judgeLoad(observation).verdict).toBe(verdict);
});

const copying = { relations: [{ ...items, state: "d" }] };

test.each<[RegExp, LoadObservation]>([
  [/DMS: no room/, seen({ status: "FAILED", failure: "no room", subscription: subscription(copying) })],
  [/DMS: no room/, seen({ status: "FAILED", failure: "no room", subscription: subscription({ enabled: false }) })],
  [/DMS: no room/, seen({ status: "FAILED", failure: "no room", caughtUp: false, idleMs: 61_000 })],
  [/2 new replication errors/, seen({ subscription: subscription({ ...copying, errors: 2 }) })],
  [/1 new replication errors/, seen({ subscription: subscription({ ...copying, errors: 3 }), errorsBefore: 2 })],
  [/was disabled/, seen({ subscription: subscription({ ...copying, enabled: false }) })],
  [/no replication worker/, seen({ subscription: subscription(copying), idleMs: 61_000 })],
  [/does not exist any more/, seen({ subscription: subscription(copying), status: "" })],
  [
    /did not stop it \(DMS: three days\)/,
    seen({ status: "stopped", stopReason: "three days", subscription: subscription(copying) }),
  ],
  [
    /other tables than expected: x.y/,
    seen({ subscription: subscription({ relations: [{ schema: "x", table: "y", state: "r" }] }) }),
  ],
  [
    /other tables than expected: public.items, x.y/,
    seen({
      subscription: subscription({
        relations: [
          { ...items, state: "r" },
          { schema: "x", table: "y", state: "r" },
        ],
      }),
    }),
  ],
])("failed: %s", (why, observation) => {
  expect(judgeLoad(observation)).toMatchObject({ verdict: "failed", why: expect.stringMatching(why) as string });
});

test("errors that were told before, or that PostgreSQL has mended, do not fail a load for good", () => {
  expect(judgeLoad(seen({ subscription: subscription({ ...copying, errors: 2 }), errorsBefore: 2 })).verdict).toBe(
    "copying",
  );
  expect(judgeLoad(seen({ subscription: subscription({ errors: 2 }), caughtUp: true })).verdict).toBe("complete");
});
