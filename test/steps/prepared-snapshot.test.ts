import { expect, test } from "vitest";
import { besidePrepared, type PreparedSnapshot } from "../../src/steps/prepared-snapshot.ts";

const prepared: PreparedSnapshot = {
  name: "bcm-run-before-deploy",
  cluster: "old",
  arn: "arn:bcm-run-before-deploy",
  createdAt: "2026-11-24T12:00:00.000Z",
  taken: true,
};
const choice = (name: string, cluster: string, at: string) => ({
  snapshot: {
    DBClusterSnapshotIdentifier: name,
    DBClusterSnapshotArn: `arn:${name}`,
    DBClusterIdentifier: cluster,
    SnapshotCreateTime: new Date(at),
  },
  reason: "as chosen",
  unproven: undefined,
});

test.each([
  [
    "a younger one",
    choice("final", "old", "2026-11-24T13:00:00Z"),
    /younger than bcm-run-before-deploy.*written since/,
  ],
  [
    "prepare's own",
    choice("bcm-run-before-deploy", "old", prepared.createdAt ?? ""),
    /prepare took it of old at .*no younger/,
  ],
  ["an older one", choice("early", "old", "2026-11-24T11:00:00Z"), /^as chosen, older than bcm-run-before-deploy/],
  ["one of another cluster", choice("other", "another", "2026-11-24T13:00:00Z"), /^as chosen$/],
])("says why %s is restored", (_, chosen, reason) => {
  expect(besidePrepared(chosen, prepared)).toEqual({ ...chosen, reason: expect.stringMatching(reason) });
});

test("without anything prepared, and before it was seen available, the reason stays", () => {
  const chosen = choice("final", "old", "2026-11-24T13:00:00Z");
  expect(besidePrepared(chosen, undefined)).toEqual(chosen);
  expect(besidePrepared(chosen, { ...prepared, arn: null, createdAt: null })).toEqual(chosen);
});
