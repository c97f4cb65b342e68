import { expect, test } from "vitest";
import { explainError } from "../src/explain-error.ts";

function named(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name }, more);
}

test.each<[string, Error, number, RegExp]>([
  ["no credentials", named("CredentialsProviderError", "x"), 2, /no AWS credentials/],
  ["no Region", new Error("Region is missing"), 2, /No AWS Region/],
  ["expired", named("ExpiredToken", "old", { $fault: "client" }), 2, /refuses the credentials: old/],
  [
    "denied",
    named("AccessDenied", "U is not authorized to perform: a:X", { $fault: "client" }),
    1,
    /^AWS denies a:X: U/,
  ],
  [
    "denied, unnamed",
    named("UnauthorizedOperation", "No.\nCode: 1", { $fault: "client" }),
    1,
    /^AWS denies it: No. Code/,
  ],
  ["DMS's roles", named("AccessDeniedFault", "DMS was denied access", { $fault: "client" }), 1, /answers AccessDenied/],
  ["any AWS error", named("DBClusterQuotaExceededFault", "40", { $fault: "client" }), 1, /answers DBClusterQuota/],
  ["PostgreSQL", named("error", "disk full", { severity: "ERROR", code: "53100" }), 1, /PostgreSQL: disk full/],
  ["no network", named("Error", "refused", { code: "ECONNREFUSED" }), 1, /AWS cannot be reached/],
])("%s is explained", (_, error, exitCode, message) => {
  expect(explainError(error)).toMatchObject({ exitCode, message: expect.stringMatching(message) as string });
});

test("a defect of ours stays one", () => {
  expect(explainError(new TypeError("x is not a function"))).toBeUndefined();
});
