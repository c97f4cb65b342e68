import { expect, test } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { called } from "../../src/database/data-api-calls.ts";
import { type Database, sqlState, UnreachableError } from "../../src/database/session.ts";
import { lineProgress } from "../../src/terminal/plain-progress.ts";

const database: Database = {
  label: "the new cluster",
  side: "target",
  host: "new.example",
  port: 5432,
  name: "postgres",
  secretArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:login",
  clusterArn: "arn:aws:rds:us-east-1:111122223333:cluster:new",
  hasDataApi: true,
};

/** A clock whose sleeps take no time, and count. */
function clockFrom(start: number): Clock {
  let now = start;
  return { now: () => now, sleep: async (ms) => void (now += ms) };
}

/** What a call comes to that is answered with these errors, one after the other, and then well. */
async function answered(...errors: readonly Error[]): Promise<unknown> {
  const clock = clockFrom(0);
  const context = {
    clock,
    pollMs: 1_000,
    progress: lineProgress(() => undefined, clock),
    signal: new AbortController().signal,
  };
  const left = [...errors];
  const call = async () => {
    const next = left.shift();
    if (next !== undefined) throw next;
    return "done";
  };
  return called(database, context, false, call).catch((error: unknown) => error);
}

/** As the SDK throws it. */
function told(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $fault: "client", $metadata: { httpStatusCode: 400 } });
}

test.each([
  ["DatabaseErrorException", "FATAL: terminating connection due to administrator command; SQLState: 57P01"],
  ["BadRequestException", "FATAL: the database system is starting up; SQLState: 57P03"],
  ["DatabaseErrorException", "ERROR: An I/O error occurred while sending to the backend.; SQLState: 08006"],
  [
    "BadRequestException",
    "Communications link failure\n\nThe last packet sent successfully to the server was 0 ms ago.",
  ],
])("%s: %s: the server cannot be reached, which a load waits for", async (name, message) => {
  const error = await answered(told(name, message));
  expect(error).toBeInstanceOf(UnreachableError);
  expect(String(error)).toMatch(/Cannot reach the new cluster \(Data API of arn:\S+\): [^\n]+$/);
});

test.each([
  ["42P01", 'ERROR: relation "x" does not exist; Position: 15; SQLState: 42P01'],
  ["57014", "ERROR: canceling statement due to user request; SQLState: 57014"],
])("PostgreSQL's %s is an error of its own", async (state, message) => {
  const error = await answered(told("DatabaseErrorException", message));
  expect(error).not.toBeInstanceOf(UnreachableError);
  expect(sqlState(error)).toBe(state);
});

test("a transaction that still works for a call whose answer was lost is waited for, and not for ever", async () => {
  const busy = told("DatabaseErrorException", "Transaction is still running a query");
  expect(await answered(...Array.from({ length: 40 }, () => busy))).toBe("done");
  expect(await answered(...Array.from({ length: 100 }, () => busy))).toBe(busy);
});

test("a statement that had no time claims for nothing that it has stayed", async () => {
  const error = await answered(told("StatementTimeoutException", "Request timed out"));
  expect(error).toMatchObject({ hint: expect.stringMatching(/transaction were undone: run the same command again/) });
});
