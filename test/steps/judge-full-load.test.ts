import { expect, test } from "vitest";
import { type FullLoadObservation, judgeFullLoad } from "../../src/steps/judge-full-load.ts";

function seen(more: Partial<FullLoadObservation> = {}): FullLoadObservation {
  return {
    status: "stopped",
    failure: undefined,
    percentage: 100,
    tablesErrored: 0,
    rows: 60,
    expectedRows: 60,
    ...more,
  };
}

test.each<[string, FullLoadObservation]>([
  ["starting", seen({ status: "ready", percentage: 0, rows: 0 })],
  ["starting", seen({ status: "Starting", percentage: 0, rows: 0 })],
  ["starting", seen({ status: "some new word", percentage: 40, rows: 0 })],
  ["starting", seen({ status: "some new word", percentage: undefined })],
  ["starting", seen({ status: "MAINTENANCE" })],
  ["starting", seen({ status: "stopping" })],
  ["copying", seen({ status: "Load running" })],
  ["copying", seen({ status: "RUNNING" })],
  ["complete", seen()],
  ["complete", seen({ rows: 61 })],
  // A user may have synced a bot since.
  ["complete", seen({ rows: 59 })],
  ["complete", seen({ status: "Load complete" })],
  ["complete", seen({ status: "FULL_LOAD_FINISHED", percentage: undefined, tablesErrored: undefined })],
  ["complete", seen({ status: "some new word" })],
  ["complete", seen({ rows: 0, expectedRows: 0 })],
])("%s: %#", (verdict, observation) => {
  expect(judgeFullLoad(observation).verdict).toBe(verdict);
});

test.each<[RegExp, FullLoadObservation]>([
  [/does not exist any more/, seen({ status: "" })],
  [/DMS: no room/, seen({ status: "FAILED", failure: "no room" })],
  [/stopped at 30 %/, seen({ percentage: 30, rows: 0 })],
  [/2 tables could not be loaded/, seen({ tablesErrored: 2 })],
  [/DMS: a row was refused/, seen({ failure: "a row was refused" })],
  [/holds 59 of 60 rows/, seen({ rows: 59, percentage: undefined })],
  [/holds 0 of 60 rows/, seen({ status: "some new word", rows: 0 })],
])("failed: %s", (why, observation) => {
  expect(judgeFullLoad(observation)).toMatchObject({ verdict: "failed", why: expect.stringMatching(why) as string });
});
