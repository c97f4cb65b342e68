import { ulid } from "ulid";
import { expect, test } from "vitest";
import {
  believedLooks,
  type BotNow,
  type EndedEmbedding,
  judgeElsewhere,
  judgeEmbedding,
} from "../../src/re-embed/judge-embedding.ts";

const since = Date.UTC(2026, 5, 1);
const minute = 60_000;
const knowledge = { sourceUrls: 1, sitemapUrls: 0, filenames: 0 };
const nothing = { sourceUrls: 0, sitemapUrls: 0, filenames: 0 };
const task = {
  id: "0123abc",
  exitCode: 0,
  stopCode: "EssentialContainerExited",
  stoppedReason: "Essential container in task exited",
};
const killed = { ...task, exitCode: 137, stoppedReason: "OutOfMemoryError: Container killed due to memory usage" };

function bot(more: Partial<BotNow> = {}): BotNow {
  return { knowledge, syncStatus: "SUCCEEDED", syncStatusReason: "", lastExecId: task.id, ...more };
}

function rows(firstMs: number, lastMs = firstMs, transactions = 1, count = 7) {
  return { bot: "B", rows: count, firstId: ulid(since + firstMs), lastId: ulid(since + lastMs), transactions };
}

function ended(more: Partial<EndedEmbedding> = {}): EndedEmbedding {
  return { task, since, bot: bot(), rows: rows(minute), stoppedAfter: undefined, ...more };
}

const stranger = { lastExecId: "somebody else's" };

test.each<[string, Partial<EndedEmbedding>]>([
  ["with its own id in LastExecId", {}],
  [
    "with upstream's text for an id that it could not ask for",
    { bot: bot({ lastExecId: "FAILED_TO_GET_ECS_EXEC_ID" }) },
  ],
  ["with the id of another task, whose rows are young enough", { bot: bot(stranger) }],
  ["after which it was killed", { task: killed }],
  ["that ECS has forgotten", { task: undefined }],
  ["that was stopped for its time a moment after it had ended", { stoppedAfter: 60 }],
])("done: SUCCEEDED, all rows younger than the task, of one transaction; an embedding %s", (_, more) => {
  expect(judgeEmbedding(ended(more))).toEqual({ is: "done", rows: 7 });
});

test("done without new rows is only a bot whose user has taken all its knowledge out", () => {
  const emptied = bot({ knowledge: nothing, syncStatusReason: "No contents to embed." });
  expect(judgeEmbedding(ended({ bot: emptied, rows: undefined }))).toEqual({ is: "done", rows: 0 });
  expect(judgeEmbedding(ended({ bot: emptied, rows: rows(-minute) }))).toMatchObject({ is: "done" });
});

const failed = bot({ syncStatus: "FAILED", syncStatusReason: "404 Client\n Error" });

test.each<[string, Partial<EndedEmbedding>, string, boolean]>([
  ["an embedding that failed, exit code 0", { bot: failed }, "FAILED: 404 Client Error", true],
  [
    "a task that was killed",
    { task: killed, bot: bot({ syncStatus: "RUNNING" }) },
    "exit code 137 (EssentialContainerExited: OutOfMemoryError",
    true,
  ],
  [
    "a task that never ran",
    {
      task: { ...task, exitCode: undefined, stopCode: "TaskFailedToStart", stoppedReason: "CannotPullContainerError" },
      bot: bot(stranger),
      rows: rows(-minute),
    },
    "without an exit code (TaskFailedToStart: CannotPullContainerError)",
    true,
  ],
  ["rows of before", { rows: rows(-2 * minute, -minute) }, "rows are older", true],
  ["ids that are no ULIDs", { rows: { ...rows(0), firstId: "0", lastId: "zzz" } }, "rows are older", true],
  ["rows of before beside the new ones", { rows: rows(-minute, minute) }, "earlier time beside", true],
  ["doubled rows", { rows: rows(minute, 2 * minute, 2, 14) }, "doubled", true],
  ["no row, although its own task says so", { rows: undefined }, "without a row", false],
  ["no row, by another's word", { rows: undefined, bot: bot(stranger) }, "no rows", true],
  [
    "one that was stopped for its time",
    { stoppedAfter: 60, bot: bot({ syncStatus: "RUNNING" }) },
    "more than 60 minutes",
    false,
  ],
  [
    "one that was stopped before it began",
    { stoppedAfter: 60, bot: bot(stranger), rows: rows(-minute) },
    "more than 60 minutes",
    false,
  ],
  [
    "one that is forgotten, and left RUNNING",
    { task: undefined, bot: bot({ syncStatus: "RUNNING", ...stranger }) },
    "forgotten",
    true,
  ],
  ["one that never had a status", { bot: bot({ syncStatus: "", lastExecId: "" }) }, "not set", true],
])("failed: %s", (_, more, why, again) => {
  expect(judgeEmbedding(ended(more))).toEqual({ is: "failed", why: expect.stringContaining(why) as string, again });
});

test("a reason is told on one line, in short", () => {
  const verdict = judgeEmbedding(ended({ bot: bot({ syncStatus: "FAILED", syncStatusReason: "字".repeat(9000) }) }));
  expect(JSON.stringify(verdict).length).toBeLessThan(400);
});

test("a bot that was deleted, or that somebody syncs now, is not failed", () => {
  expect(judgeEmbedding(ended({ bot: undefined, rows: undefined }))).toEqual({ is: "gone" });
  expect(judgeEmbedding(ended({ bot: bot({ syncStatus: "QUEUED" }) }))).toEqual({ is: "elsewhere" });
  expect(judgeEmbedding(ended({ bot: bot({ syncStatus: "RUNNING", ...stranger }) }))).toEqual({ is: "elsewhere" });
});

test.each<[string, Parameters<typeof judgeElsewhere>[0]["bot"], boolean, number, unknown]>([
  ["whose task runs", bot({ syncStatus: "RUNNING" }), true, 10_000, "wait"],
  ["whose task runs, though the status is an old one", bot(), true, 0, "wait"],
  ["that is queued, and has no task yet", bot({ syncStatus: "QUEUED" }), false, believedLooks.QUEUED - 1, "wait"],
  ["that is queued for ever: the pipe is stopped", bot({ syncStatus: "QUEUED" }), false, believedLooks.QUEUED, "start"],
  ["that its killed task has left RUNNING", bot({ syncStatus: "RUNNING" }), false, believedLooks.RUNNING, "start"],
  ["that succeeded meanwhile", bot(), false, 1, { rows: 7 }],
  ["that failed meanwhile", bot({ syncStatus: "FAILED" }), false, 1, "start"],
  ["that was deleted meanwhile", undefined, false, 1, "gone"],
])("a bot that somebody else syncs, %s", (_, now, taskRuns, looks, expected) => {
  expect(judgeElsewhere({ bot: now, rows: rows(minute), taskRuns, since, looks })).toEqual(expected);
});

test("another's success from before it was waited for proves nothing", () => {
  const waiting = { bot: bot(), taskRuns: false, since, looks: 1 };
  for (const its of [undefined, rows(-minute), rows(minute, minute, 2)])
    expect(judgeElsewhere({ ...waiting, rows: its })).toBe("start");
});
