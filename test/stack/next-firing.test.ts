import { expect, test } from "vitest";
import { nextFiring } from "../../src/stack/next-firing.ts";

/** A Tuesday. */
const from = new Date("2026-11-24T12:00:00Z");

test.each([
  ["cron(0 20 * * ? *)", "UTC", "2026-11-24T20:00:00.000Z"],
  ["cron(0 20 ? * MON-FRI *)", "UTC", "2026-11-24T20:00:00.000Z"],
  // 1 is Sunday: 4 is the next day.
  ["cron(0 20 ? * 4 *)", "UTC", "2026-11-25T20:00:00.000Z"],
  ["cron(0/15 8 * * ? *)", "UTC", "2026-11-25T08:00:00.000Z"],
  ["cron(0 20 ? * 6L 2026-2027)", "UTC", "2026-11-27T20:00:00.000Z"],
  ["cron(0 20 L * ? *)", "UTC", "2026-11-30T20:00:00.000Z"],
  ["cron(0 20 * * ? *)", "Asia/Bangkok", "2026-11-24T13:00:00.000Z"],
  ["at(2026-11-24T20:00:00)", "America/New_York", "2026-11-25T01:00:00.000Z"],
])("%s in %s fires next at %s", (expression, timezone, at) => {
  expect(nextFiring(expression, timezone, from)).toEqual({ at: new Date(at) });
});

test.each(["cron(0 20 * * ? 2025)", "at(2026-11-24T11:59:59)"])("%s never fires again", (expression) => {
  expect(nextFiring(expression, "UTC", from)).toBe("never");
});

test.each([
  ["rate(5 minutes)", "UTC"],
  ["cron(0 20 * * *)", "UTC"],
  ["cron(0 25 * * ? *)", "UTC"],
  ["at(soon)", "UTC"],
  ["cron(0 20 * * ? *)", "Nowhere/Such"],
  ["", "UTC"],
])("of %s in %s nothing is said", (expression, timezone) => {
  expect(nextFiring(expression, timezone, from)).toBeUndefined();
});
