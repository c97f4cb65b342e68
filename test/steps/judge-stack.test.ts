import { expect, test } from "vitest";
import { isInProgress, judgeStack } from "../../src/steps/judge-stack.ts";

const judged = (stackStatus: string, encrypted: boolean) =>
  judgeStack({ stack: "Chat", stackStatus, cluster: { identifier: "chat-db", encrypted } });

test.each(["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"])("%s is as it should be", (status) => {
  expect(judged(status, true)).toBeUndefined();
  expect(() => judged(status, false)).toThrow(/the deploy to v1 has not happened yet/);
});

test.each(["UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"])("%s depends on whose cluster it left", (status) => {
  expect(judged(status, true)).toContain("an earlier deploy of v1 has succeeded");
  expect(() => judged(status, false)).toThrow(/v0's unencrypted cluster with its data/);
});

test.each(["UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED", "CREATE_FAILED"])("%s is refused", (status) => {
  expect(() => judged(status, true)).toThrow(/between two versions/);
});

test.each(["DELETE_IN_PROGRESS", "DELETE_FAILED", "REVIEW_IN_PROGRESS"])("%s is not waited for", (status) => {
  expect(isInProgress(status)).toBe(false);
  expect(() => judged(status, true)).toThrow(/going, or was never there/);
});

test.each([
  ["CREATE_IN_PROGRESS", true],
  ["ROLLBACK_IN_PROGRESS", true],
  ["UPDATE_IN_PROGRESS", true],
  ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", true],
  ["UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", true],
  ["UPDATE_COMPLETE", false],
  ["UPDATE_ROLLBACK_FAILED", false],
])("%s in progress: %s", (status, expected) => expect(isInProgress(status)).toBe(expected));
