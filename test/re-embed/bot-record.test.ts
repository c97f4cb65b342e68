import { ulid } from "ulid";
import { expect, test } from "vitest";
import { foldJournal } from "../../src/provision/run-state.ts";
import { type BotRecord, clientToken, recordLine, recordsOf } from "../../src/re-embed/bot-record.ts";
import { finishedBefore } from "../../src/re-embed/finished-before.ts";

const since = Date.UTC(2026, 5, 1);
const record = { bot: "A", attempt: 1, taskDefinition: "arn:1", since, task: null, outcome: null } as const;

test("the journal gives each bot's last record back", () => {
  const lines = [record, { ...record, bot: "B" }, { ...record, task: "arn:2" }].map(recordLine);
  const dated = lines.map((line) => ({ ...line, at: new Date(since).toISOString() }));
  const records = recordsOf(foldJournal(dated));
  expect([...records.values()]).toEqual([
    { ...record, task: "arn:2" },
    { ...record, bot: "B" },
  ]);
  expect(recordsOf(undefined).size).toBe(0);
});

test("one attempt has one token, which RunTask takes; another run, bot or attempt has another", () => {
  const token = clientToken("260601-abcde", record);
  expect(token).toMatch(/^[!-~]{1,64}$/);
  expect(clientToken("260601-abcde", { ...record })).toBe(token);
  const others = [
    clientToken("260601-fghij", record),
    clientToken("260601-abcde", { ...record, attempt: 2 }),
    clientToken("260601-abcde", { ...record, bot: "B" }),
  ];
  expect(new Set([token, ...others]).size).toBe(4);
});

test("a bot is finished as long as its rows are those of its embedding", () => {
  const rows = (bot: string, first: number, transactions = 1) =>
    [bot, { bot, rows: 3, firstId: ulid(first), lastId: ulid(first), transactions }] as const;
  const done = (bot: string): BotRecord => ({ ...record, bot, outcome: "done" });
  const there = new Map([
    rows("whole", since + 1),
    rows("older", since - 60_000),
    rows("doubled", since + 1, 2),
    rows("failed", since + 1),
    rows("open", since + 1),
  ]);
  const records = [
    ...["whole", "older", "doubled", "lost"].map(done),
    { ...done("failed"), outcome: "failed" as const },
    { ...done("open"), outcome: null },
  ];
  expect([...finishedBefore(records, there, 0)]).toEqual([["whole", 3]]);
  expect(finishedBefore(records, there, since + 1).size).toBe(0);
});
