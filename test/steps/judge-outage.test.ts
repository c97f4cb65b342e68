import { expect, test } from "vitest";
import { judgeOutage } from "../../src/steps/judge-outage.ts";

test.each<[status: string | undefined, verdict: string]>([
  ["available", "look"],
  ["stopped", "start"],
  ...["stopping", "starting", "rebooting", "upgrading", "maintenance", "failing-over", "some new word"].map(
    (status): [string, string] => [status, "wait"],
  ),
  ["deleting", "hopeless"],
  ["inaccessible-encryption-credentials", "hopeless"],
  [undefined, "hopeless"],
])("a cluster that is %s: %s", (status, verdict) => {
  expect(judgeOutage(status).verdict).toBe(verdict);
});
