import { ClientException, ConflictException, InvalidParameterException } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { judgeStart, judgeStartError } from "../../src/re-embed/start-answer.ts";

const $metadata = {};

test("a task is started where there is one", () => {
  const createdAt = new Date(5);
  expect(judgeStart({ tasks: [{ taskArn: "arn:1", createdAt }], failures: [] })).toEqual({
    is: "started",
    arn: "arn:1",
    createdAt: 5,
  });
});

test.each([
  ["Capacity is unavailable at this time. Please try again later or in a different availability zone", "refused"],
  ["RESOURCE:ENI", "refused"],
  ["AGENT", "refused"],
  ["You've reached the limit on the number of vCPUs you can run concurrently", "refused"],
  ["MISSING", "hopeless"],
  ["INACTIVE", "hopeless"],
])("an answer without a task, with the failure %s, is %s", (reason, is) => {
  expect(judgeStart({ tasks: [], failures: [{ reason, detail: "in eu-west-1a" }] })).toMatchObject({
    is,
    why: `${reason}: in eu-west-1a`,
  });
});

test("an answer with neither a task nor a failure has started nothing", () => {
  expect(judgeStart({})).toMatchObject({ is: "refused", certain: true });
});

test("throttling and quotas pass; it is not certain then that nothing was started", () => {
  const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  const quota = new ClientException({ $metadata, message: "You've reached the limit on the number of tasks" });
  for (const error of [throttled, quota])
    expect(judgeStartError(error)).toMatchObject({ is: "refused", certain: false });
});

test("a token that has started its task already names it", () => {
  const error = new ConflictException({ $metadata, message: "in use", resourceIds: ["arn:2"] });
  expect(judgeStartError(error)).toEqual({ is: "started", arn: "arn:2", createdAt: undefined });
});

test.each([
  [
    "no permission",
    Object.assign(new Error("not authorized to perform: iam:PassRole"), { name: "AccessDeniedException" }),
  ],
  ["a wrong parameter", new InvalidParameterException({ $metadata, message: "No Container Instances" })],
  ["another client's error", new ClientException({ $metadata, message: "Unable to assume role" })],
  ["no network", Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })],
])("%s is not mended by trying again", (_, error) => {
  expect(judgeStartError(error)).toBeUndefined();
});
