import { expect, test } from "vitest";
import { rdsCluster } from "../../src/resources/rds-cluster.ts";
import { rdsInstance } from "../../src/resources/rds-instance.ts";

test.each([
  ["failed", /given it up/],
  ["incompatible-restore", /cannot be restored with this engine version/],
  ["incompatible-parameters", /parameter group does not fit/],
  ["upgrade_failed", /given it up/],
  ["inaccessible-encryption-credentials", /kms:CreateGrant.*--kms-key-id/],
  ["inaccessible-encryption-credentials-recoverable", /kms:CreateGrant/],
  ["deleting", /deleted it/],
  ["deleted", /deleted it/],
])("a cluster or an instance that is %s is not waited for", (status, hint) => {
  const told = expect.objectContaining({ hint: expect.stringMatching(hint) as string }) as Error;
  expect(() => rdsCluster.look({ Status: status })).toThrow(told);
  expect(() => rdsInstance.look({ DBInstanceStatus: status })).toThrow(told);
});

test.each(["creating", "modifying", "configuring-enhanced-monitoring", "a word that nobody knows"])(
  "one that is %s is waited for",
  (status) => {
    expect(rdsCluster.look({ Status: status })).toEqual({ done: false, state: status });
    expect(rdsInstance.look({ DBInstanceStatus: status })).toEqual({ done: false, state: status });
  },
);
