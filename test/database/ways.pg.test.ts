import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import { countGroups, countTable } from "../../src/database/count-table.ts";
import { runLong } from "../../src/database/long-statement.ts";
import {
  type Database,
  sqlState,
  type SqlSession,
  type SqlTransaction,
  type SqlValue,
} from "../../src/database/session.ts";
import { withSession } from "../../src/database/with-session.ts";
import { writeUndoRecord } from "../../src/database/undo-record.ts";
import { explainError } from "../../src/explain-error.ts";
import { documentedLimits } from "../../src/local-aws/services/rds-data/limits.ts";
import type { Reach } from "../../src/reach.ts";
import { type SmallDeployment, smallDeployment } from "../migration/small-deployment.ts";
import { openTunnel } from "../migration/tunnel.ts";

const limits = { ...documentedLimits };
let world: SmallDeployment;
let database: Database;

beforeAll(async () => {
  world = await smallDeployment({ dataApiLimits: limits });
  ({ database } = await world.deployment());
  await by("direct", (session) => session.query("create table spare (id int, botid text)"));
});
afterAll(() => world[Symbol.asyncDispose]());

function contextOf(reach: Partial<Reach>, more: Partial<Context> = {}): Context {
  return { ...world.context(more.signal), ...more, reach: { connect: "direct", tunnels: {}, ...reach } };
}

function by<T>(connect: Reach["connect"], work: (session: SqlSession) => Promise<T>, more?: Partial<Context>) {
  return withSession(database, contextOf({ connect }, more), work);
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const failure: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof Error) return failure;
  throw new Error("it did not fail");
}

const ways = ["direct", "data-api"] as const;

test("both ways give the same rows for the same statements and values", async () => {
  const statements: [string, SqlValue[]?][] = [
    [`select 1 as "a", 2::smallint as "b", 9007199254740993 as "big", 1.5::float8 as "f", 0.1::numeric as "n"`],
    [`select null as "a", true as "b", 'Ærø :p1 $1'::text as "t", ''::text as "empty", 'x'::name as "name"`],
    [`select array['a', 'b,c', null] as "a", array[1, 2] as "i", array[3::bigint] as "l", array[]::text[] as "none"`],
    [`select '{"a": [1, null, "b"]}'::jsonb as "j", to_json(array['x']) as "k", '[1,2]'::vector as "v"`],
    [
      `select '\\xdeadbeef'::bytea as "bytes", $1::int + 1 as "n", $2::text as "t", $3::boolean as "b"`,
      [41, "'$9", false],
    ],
    [
      `select $1::text as "null", $2::float8 as "f", E'it''s \\' $1' as "x$1", $q$ $1 $q$ as "q" /* $1 /* $2 */ */ -- $1`,
      [null, 0.25],
    ],
    [`select 1 as "one" where false`],
    [`insert into spare values (1, 'x'), (2, null) returning id as "id"`],
    [`delete from spare`],
  ];
  for (const [statement, values] of statements) {
    const [direct, dataApi] = await Promise.all(ways.map((way) => by(way, (one) => one.query(statement, values))));
    expect(dataApi, statement).toEqual(direct);
  }
});

test("both ways tell PostgreSQL's errors by SQLSTATE, and undo what a failed transaction did", async () => {
  for (const way of ways) {
    const missing = await failureOf(by(way, (one) => one.query("select * from nowhere")));
    expect([sqlState(missing), explainError(missing)?.message]).toEqual([
      "42P01",
      'PostgreSQL: relation "nowhere" does not exist',
    ]);
    const failed = by(way, (one) =>
      one.transaction({ settings: { "my.setting": "it's" }, isolation: "repeatable read" }, async (transaction) => {
        await transaction.query("insert into spare values (3)");
        expect(await transaction.query(`select current_setting('my.setting') as "s"`)).toEqual([{ s: "it's" }]);
        expect(await transaction.query(`select current_setting('transaction_isolation') as "i"`)).toEqual([
          { i: "repeatable read" },
        ]);
        throw new Error("not this");
      }),
    );
    await expect(failed).rejects.toThrow("not this");
    expect(await by(way, (one) => countTable(one, { schema: "public", table: "spare" }))).toBe(0);
  }
});

test("what is left open ends by itself both ways, and sooner where it may hold locks", async () => {
  const limit = (session: SqlSession, readOnly: boolean) =>
    session.transaction({ readOnly }, (transaction) =>
      transaction.query(`select current_setting('idle_in_transaction_session_timeout') as "limit"`),
    );
  for (const way of ways) {
    const found = await by(way, async (session) => [await limit(session, false), await limit(session, true)]);
    expect({ way, found }).toEqual({ way, found: [[{ limit: "30s" }], [{ limit: "150s" }]] });
  }
});

test("Ctrl-C in a transaction gives its locks back at once", async () => {
  const stop = new AbortController();
  const interrupted = by(
    "data-api",
    (one) =>
      one.transaction({}, async (transaction) => {
        await transaction.query("lock table spare in access exclusive mode");
        // Nobody rolls back after kill -9: PostgreSQL itself does, long before the Data API would.
        const limit = await transaction.query(
          `select current_setting('idle_in_transaction_session_timeout') as "limit"`,
        );
        expect(limit).toEqual([{ limit: "30s" }]);
        stop.abort(new Error("Ctrl-C"));
        await transaction.query(`select 1 as "one"`);
      }),
    { signal: stop.signal },
  );
  await expect(interrupted).rejects.toThrow("Ctrl-C");
  await by("direct", (one) =>
    one.transaction({ settings: { lock_timeout: "100ms" } }, (transaction) => transaction.query("lock table spare")),
  );
});

describe("long statements", () => {
  beforeAll(() =>
    by("direct", (one) =>
      one.transaction({}, (transaction) =>
        writeUndoRecord(transaction, {
          runId: "r",
          account: "1",
          region: "r",
          stack: "s",
          role: "x",
          foreignSubscriptions: [],
          onExisting: "abort",
        }),
      ),
    ),
  );
  const spare = { schema: "public", table: "spare" };
  const longWork = (body: string) => ({ name: "a test", settings: { lock_timeout: "0" }, body });
  const begin = (body: string, onWaiting = (): void => undefined) =>
    by("data-api", (one) => runLong(one, longWork(body), contextOf({}), onWaiting));

  /** Begins work that is kept waiting until its call has run out of time, and gives its end. */
  async function beyondTheLimit(body: string): Promise<PromiseSettledResult<void>> {
    const before = await timeouts();
    const running = await by("direct", (one) =>
      one.transaction({}, async (holding) => {
        await holding.query("lock table spare in share mode");
        limits.statementMs = 1_000;
        const settled = Promise.allSettled([begin(body)]);
        await expect.poll(timeouts, { timeout: 20_000 }).toBe(before + 1);
        limits.statementMs = documentedLimits.statementMs;
        return { settled };
      }),
    );
    const [end] = await running.settled;
    return end;
  }

  test("beyond the limit of a call are followed to their end, good or bad", async () => {
    expect(await beyondTheLimit("insert into spare values (7);")).toMatchObject({ status: "fulfilled" });
    expect(await by("direct", (one) => countTable(one, spare))).toBe(1);
    const failed = await beyondTheLimit("insert into spare values (8); perform 1 / 0;");
    expect(failed.status === "rejected" && sqlState(failed.reason)).toBe("22012");
    expect(await by("direct", (one) => countTable(one, spare))).toBe(1);
    await by("direct", (one) => one.query("delete from spare"));
  });

  test("of one name are done one after the other, and what ends without a word is no success", async () => {
    let backend: unknown;
    const waited = await by("direct", (one) =>
      one.transaction({}, async (holding) => {
        await holding.query("lock table spare in share mode");
        const first = Promise.allSettled([begin("insert into spare values (1);")]);
        const blocked = `select pid as "pid" from pg_locks where relation = 'spare'::regclass and not granted`;
        await expect.poll(() => by("direct", (look) => look.query(blocked)), { timeout: 20_000 }).toHaveLength(1);
        [backend] = await by("direct", (look) => look.query<{ pid: number }>(blocked));
        const second = new Promise<void>((resolve) => {
          void begin("insert into spare values (2);", resolve).catch(() => undefined);
        });
        await second;
        const { pid } = backend as { pid: number };
        await by("direct", (look) => look.query("select pg_cancel_backend($1)", [pid]));
        return { first };
      }),
    );
    const [first] = await waited.first;
    expect(first.status === "rejected" && first.reason).toMatchObject({ code: "57014" });
    const rows = () => by("direct", (one) => one.query(`select id as "id" from spare`));
    await expect.poll(rows, { timeout: 20_000 }).toEqual([{ id: 2 }]);
    await by("direct", (one) => one.query("delete from spare"));
  });
});

describe("what is large", () => {
  const wide = { schema: "public", table: "wide" };
  beforeAll(() =>
    by("direct", async (one) => {
      // A row fills a page of 8 KB: more pages than are counted in one part.
      await one.query("create unlogged table wide (id int, botid text, filler text)");
      await one.query("alter table wide alter filler set storage plain");
      await one.query(
        "insert into wide select i, nullif(i % 6000, 0), repeat('x', 7000) from generate_series(1, 16500) i",
      );
    }),
  );

  test("is counted in parts, and read in pages", async () => {
    for (const way of ways) {
      const parts: string[] = [];
      expect(await by(way, (one) => countTable(one, wide, (done, total) => parts.push(`${done}/${total}`)))).toBe(
        16_500,
      );
      expect(parts).toEqual(["0/2", "1/2"]);
      const groups = await by(way, (one) => countGroups(one, wide, "botid"));
      expect([groups.length, groups.reduce((sum, { rows }) => sum + rows, 0)]).toEqual([6_000, 16_500]);
      expect(groups.find(({ group }) => group === null)?.rows).toBe(2);
    }
  });

  test("and is too much for one answer says which way is left", async () => {
    const failure = await failureOf(by("data-api", (one) => one.query(`select filler as "f" from wide limit 500`)));
    expect(explainError(failure)).toMatchObject({
      message: expect.stringContaining("1 MiB") as string,
      hint: expect.stringContaining("--connect direct") as string,
    });
  });
});

describe("directly", () => {
  test("a certificate of another authority is refused", async () => {
    // The RDS bundle, which has not signed the local AWS's certificates.
    const failure = await failureOf(by("direct", (one) => one.query("select 1"), { caFile: undefined }));
    expect(failure).toMatchObject({
      message: expect.stringMatching(/certificate of the new cluster .* is not trusted/) as string,
      hint: expect.stringContaining("--ca-file") as string,
    });
  });

  test("a tunnel leads there, and the certificate must still be the cluster's own", async () => {
    await using tunnel = await openTunnel(() => database.port);
    const context = contextOf({ connect: "auto", tunnels: { target: tunnel.near } });
    const look = (one: SqlSession) => one.query(`select 1 as "one"`);
    // Where the cluster itself would lead is not asked: nothing is there.
    const rows = await withSession({ ...database, port: 1 }, context, look);
    expect(rows).toEqual([{ one: 1 }]);
    expect(tunnel.carried()).toBe(1);
    const elsewhere = { ...database, host: "another.cluster.example" };
    expect((await failureOf(withSession(elsewhere, context, look))).message).toMatch(
      /another\.cluster\.example:\d+ through 127\.0\.0\.1:\d+\) is not trusted: .*altnames/,
    );
  });
});

describe("over the Data API", () => {
  const look = (one: SqlSession) => one.query(`select 1 as "one"`);

  test("auto goes where the endpoint is enabled and the host is private, and says so once", async () => {
    const context = contextOf({ connect: "auto" });
    const hidden = { ...database, host: "10.255.255.1", port: 1 };
    const said = world.said.length;
    for (let time = 0; time < 2; time++) expect(await withSession(hidden, context, look)).toEqual([{ one: 1 }]);
    expect(world.said.slice(said)).toEqual([expect.stringContaining("the new cluster: reached through its Data API")]);
    const loopback = withSession({ ...database, port: 1 }, contextOf({ connect: "auto" }), look);
    await expect(loopback).rejects.toThrow("Cannot reach");
    const disabled = withSession(
      { ...hidden, host: "127.0.0.1", hasDataApi: false },
      contextOf({ connect: "auto" }),
      look,
    );
    await expect(disabled).rejects.toThrow("Cannot reach");
  });

  test("what is lost is not done twice: a look is repeated, a change is not, and of a commit PostgreSQL is asked", async () => {
    const insert = (one: SqlTransaction) => one.query("insert into spare values (1)");
    const rows = () => by("direct", (one) => countTable(one, { schema: "public", table: "spare" }));
    const loseNext = (operation: string) =>
      orderFault({ service: "rds-data", operation, kind: "effect-without-answer", times: 1 });
    await loseNext("ExecuteStatement");
    expect(await by("data-api", look)).toEqual([{ one: 1 }]);
    await loseNext("ExecuteStatement");
    expect((await failureOf(by("data-api", insert))).message).toMatch(
      /^No answer from the Data API of the new cluster/,
    );
    expect(await rows()).toBe(1);
    await loseNext("CommitTransaction");
    await by("data-api", (one) => one.transaction({}, insert));
    expect(await rows()).toBe(2);
    await by("direct", (one) => one.query("delete from spare"));
  });

  test("what stands in the way is told with its way out", async () => {
    const failing = async (changed: Partial<Database>) =>
      explainError(await failureOf(withSession({ ...database, ...changed }, contextOf({ connect: "data-api" }), look)));
    expect(await failing({ clusterArn: `${database.clusterArn}-other` })).toMatchObject({
      message: "The Data API of the new cluster is not enabled.",
      hint: expect.stringContaining("aws rds enable-http-endpoint --resource-arn") as string,
    });
    expect(await failing({ secretArn: `${database.secretArn}-other` })).toMatchObject({
      hint: expect.stringContaining("secretsmanager:GetSecretValue") as string,
    });
    await orderFault({ service: "rds-data", operation: "ExecuteStatement", kind: "access-denied", times: 1 });
    expect(await failing({})).toMatchObject({
      message: expect.stringContaining("rds-data:ExecuteStatement") as string,
      hint: expect.stringContaining("secretsmanager:GetSecretValue") as string,
    });
    limits.statementMs = 100;
    const slow = by("data-api", (one) => one.query(`select pg_sleep(60)::text as "slept"`));
    expect(explainError(await failureOf(slow))).toMatchObject({
      message: expect.stringContaining("longer than the 45 seconds") as string,
      hint: expect.stringContaining("--connect direct") as string,
    });
    limits.statementMs = documentedLimits.statementMs;
  });
});

async function orderFault(fault: object): Promise<void> {
  const answer = await fetch(`${world.local.endpoint}/_local-aws/faults`, {
    method: "POST",
    body: JSON.stringify(fault),
  });
  expect(answer.status).toBeLessThan(300);
}

/** How many calls of the Data API have run out of time. */
async function timeouts(): Promise<number> {
  const answer = await fetch(`${world.local.endpoint}/_local-aws/calls`);
  const { calls } = (await answer.json()) as { calls: { errorCode?: string }[] };
  return calls.filter(({ errorCode }) => errorCode === "StatementTimeoutException").length;
}
