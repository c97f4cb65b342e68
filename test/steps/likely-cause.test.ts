import { expect, test } from "vitest";
import { likelyCause } from "../../src/steps/likely-cause.ts";

test.each<[message: string, cause: RegExp]>([
  ["Unable to connect to target. connect ETIMEDOUT 10.0.1.7:5432", /cannot reach a database/],
  ["Unable to connect to source. could not connect to server: Connection refused", /cannot reach a database/],
  ['Unable to connect to target. FATAL: password authentication failed for user "bcm_1"', /refuses the login/],
  ["Can't read the secret of the target. The role may not call secretsmanager:GetSecretValue", /cannot read a secret/],
  ["AWS DMS is unable to assume the service role", /cannot use one of the run's roles/],
  ["ERROR: permission denied for table items", /lacks a right/],
  [
    "The user of the target database needs the role rds_superuser to set up logical replication.",
    /logical replication/,
  ],
  ["The source has wal_level = replica; logical is needed.", /logical replication is not to be had/],
  ["all replication slots are in use", /logical replication is not to be had/],
  ["The version of the target must be equal or higher than that of the source", /versions of the two clusters/],
  ['ERROR: duplicate key value violates unique constraint "items_pkey"', /same id/],
  ["pg_restore: error: could not execute query: ERROR: must be owner of extension vector", /only the owner/],
  ['ERROR: type "extensions.vector" does not exist', /extension vector is not where/],
  ["ResourceQuotaExceededFault: the quota of data migrations is used up", /quota of the account/],
  ["could not extend file: No space left on device", /out of memory or storage/],
  ["The subscription migration_subscriber_x is gone from the target.", /removed a part/],
])("%s", (message, cause) => {
  const found = likelyCause(message);
  expect(found?.cause).toMatch(cause);
  expect(found?.remedy).not.toBe("");
});

test("of words that are not known nothing is guessed", () => {
  expect(likelyCause("An internal error has occurred.")).toBeUndefined();
});
