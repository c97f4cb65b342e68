import { expect, test } from "vitest";
import { billedMs, embeddingTaskOf } from "../../src/re-embed/embedding-task.ts";

const arn = "arn:aws:ecs:eu-west-1:111122223333:task/BedrockChatStack-EmbeddingCluster-x/0123abc";
const keys = JSON.stringify({ PK: { S: "ann" }, SK: { S: "ann#BOT#01HZX4M9T2K7Q8R3V5W6Y0ABCD" } });

function task(command: string[] | undefined, name = "Container") {
  return embeddingTaskOf({
    taskArn: arn,
    lastStatus: "STOPPED",
    overrides: { containerOverrides: [{ name, ...(command !== undefined && { command }) }] },
    containers: [
      { name: "sidecar", exitCode: 1 },
      { name: "Container", exitCode: 137, reason: "OutOfMemoryError" },
    ],
    stoppedReason: "Essential container in task exited",
    pullStartedAt: new Date(1_000),
    stoppedAt: new Date(91_000),
  });
}

test("a task tells which bot it is for, whoever started it", () => {
  expect(task(["-u", "embedding/main.py", keys])).toMatchObject({
    arn,
    id: "0123abc",
    bot: "01HZX4M9T2K7Q8R3V5W6Y0ABCD",
    stopped: true,
    exitCode: 137,
    stoppedReason: "Essential container in task exited; OutOfMemoryError",
  });
});

test.each([
  ["no command", undefined],
  ["a command that is no JSON", ["-c", "true"]],
  ["other JSON", ["x", "[1]"]],
  ["keys without a bot's", ["x", JSON.stringify({ PK: { S: "ann" } })]],
])("with %s it is for no bot", (_, command) => {
  expect(task(command).bot).toBeUndefined();
});

test("it is billed from its image's download to its end", () => {
  expect(billedMs(task(undefined), 1_000_000)).toBe(90_000);
  expect(billedMs({ pullStartedAt: 1_000, stoppedAt: undefined }, 31_000)).toBe(30_000);
  expect(billedMs({ pullStartedAt: undefined, stoppedAt: 5 }, 31_000)).toBe(0);
});
