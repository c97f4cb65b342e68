import {
  BatchExecuteStatementCommand,
  BeginTransactionCommand,
  CommitTransactionCommand,
  DatabaseErrorException,
  DatabaseNotFoundException,
  ExecuteStatementCommand,
  type Field,
  HttpEndpointNotEnabledException,
  InvalidSecretException,
  RollbackTransactionCommand,
  SecretsErrorException,
  type SqlParameter,
  StatementTimeoutException,
  TransactionNotFoundException,
  UnsupportedResultException,
} from "@aws-sdk/client-rds-data";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { documentedLimits } from "../../src/local-aws/services/rds-data/limits.ts";
import { dataApiWorld } from "./rds-data-world.ts";
import { sendSigned } from "./signed-request.ts";

let api: Awaited<ReturnType<typeof dataApiWorld>>;

beforeAll(async () => {
  api = await dataApiWorld();
  await api.execute("create extension vector");
  await api.execute("create table item (id bigserial primary key, name varchar(40) not null, tag uuid)");
});

afterEach(() => void Object.assign(api.limits, documentedLimits));

afterAll(() => api[Symbol.asyncDispose]());

describe("values", () => {
  test.each<[sql: string, field: Field]>([
    ["7::int2", { longValue: 7 }],
    ["-9007199254740991::int8", { longValue: -9_007_199_254_740_991 }],
    ["1.5::float4", { doubleValue: 1.5 }],
    ["1.50::numeric", { stringValue: "1.50" }],
    ["false", { booleanValue: false }],
    [String.raw`'\x00ff'::bytea`, { blobValue: new Uint8Array([0, 255]) }],
    ["null::int", { isNull: true }],
    ["'2026-07-31 12:34:56'::timestamp", { stringValue: "2026-07-31 12:34:56" }],
    [`'{"a": 1}'::jsonb`, { stringValue: '{"a": 1}' }],
    ["'[1,2.5]'::vector", { stringValue: "[1,2.5]" }],
    ["array[1,2]", { arrayValue: { longValues: [1, 2] } }],
    [`array['a,"b', 'c']::text[]`, { arrayValue: { stringValues: ['a,"b', "c"] } }],
  ])("%s", async (sql, field) => {
    expect(await api.rowsOf(`select ${sql}`)).toEqual([[field]]);
  });

  test("a number of 19 digits goes over the wire with all of them, and as text where it is asked for", async () => {
    const sql = "select 9223372036854775807::int8";
    const answer = await api.execute(sql, { resultSetOptions: { longReturnType: "STRING" } });
    expect(answer.records).toEqual([[{ stringValue: "9223372036854775807" }]]);
    const request = { path: "/Execute", headers: {}, body: JSON.stringify({ ...api.login, sql }) };
    const { body } = await sendSigned(api.endpoint, "rds-data", request);
    expect(body).toContain('{"longValue":9223372036854775807}');
  });

  test.each([
    "now()",
    "'a'::\"char\"",
    "'item'::regclass",
    "'[1]'::halfvec",
    "array['[1]'::vector]",
    "array[array[1],array[2]]",
  ])("%s is refused", async (sql) => {
    await expect(api.rowsOf(`select ${sql}`)).rejects.toThrow(UnsupportedResultException);
  });

  test("parameters have the types of their values and hints", async () => {
    const parameters: SqlParameter[] = [
      { name: "text", value: { stringValue: "it's :text" } },
      { name: "long", value: { longValue: 3 } },
      { name: "bytes", value: { blobValue: new Uint8Array([1, 2]) } },
      { name: "uuid", value: { stringValue: "00000000-0000-0000-0000-000000000001" }, typeHint: "UUID" },
      { name: "none", value: { isNull: true } },
    ];
    const types = ["text", "long", "bytes", "uuid"].map((name) => `pg_typeof(:${name})::text`).join();
    expect(await api.rowsOf(`select ${types}, :text, :none::text, ':text'`, parameters)).toEqual([
      [
        { stringValue: "character varying" },
        { stringValue: "bigint" },
        { stringValue: "bytea" },
        { stringValue: "uuid" },
        { stringValue: "it's :text" },
        { isNull: true },
        { stringValue: ":text" },
      ],
    ]);
  });

  test("a string is no uuid without a hint", async () => {
    const tag = { name: "tag", value: { stringValue: "00000000-0000-0000-0000-000000000001" } };
    const insert = (parameters: SqlParameter[]) =>
      api.execute("insert into item (name, tag) values ('uuid', :tag)", { parameters });
    await expect(insert([tag])).rejects.toThrow('column "tag" is of type uuid but expression is of type character');
    expect((await insert([{ ...tag, typeHint: "UUID" }])).numberOfRecordsUpdated).toBe(1);
  });

  test("columns are described, and rows are JSON, where that is asked for", async () => {
    const sql = "select id, name as label, 1 as one from item where false";
    const { columnMetadata } = await api.execute(sql, { includeResultMetadata: true });
    expect(columnMetadata).toMatchObject([
      { name: "id", typeName: "int8", nullable: 0, tableName: "item", isAutoIncrement: true },
      { name: "name", label: "label", typeName: "varchar", nullable: 0 },
      { name: "one", typeName: "int4", nullable: 2, tableName: "" },
    ]);
    const json = await api.execute("select 1 as a, array['x'] as b, null::text as c", { formatRecordsAs: "JSON" });
    expect(JSON.parse(json.formattedRecords ?? "")).toEqual([{ a: 1, b: ["x"], c: null }]);
    expect(json.records).toBeUndefined();
  });
});

describe("transactions", () => {
  const begin = async () => (await api.data.send(new BeginTransactionCommand(api.login))).transactionId ?? "";
  const nameOf = (transactionId: string) => ({
    resourceArn: api.login.resourceArn,
    secretArn: api.login.secretArn,
    transactionId,
  });
  const named = (name: string) => api.rowsOf("select name from item where name = :name", [text("name", name)]);

  test("what is committed stays, what is rolled back does not, and neither can be used again", async () => {
    const [kept, undone] = [await begin(), await begin()];
    await api.execute("insert into item (name) values ('kept')", { transactionId: kept });
    await api.execute("insert into item (name) values ('undone')", { transactionId: undone });
    expect(await named("kept")).toEqual([]);
    expect(await api.data.send(new CommitTransactionCommand(nameOf(kept)))).toMatchObject({
      transactionStatus: "Transaction Committed",
    });
    expect(await api.data.send(new RollbackTransactionCommand(nameOf(undone)))).toMatchObject({
      transactionStatus: "Rollback Complete",
    });
    expect([await named("kept"), await named("undone")]).toEqual([[[{ stringValue: "kept" }]], []]);
    await expect(api.execute("select 1", { transactionId: kept })).rejects.toThrow(TransactionNotFoundException);
  });

  test("an error ends it, and undoes what was done in it", async () => {
    const transactionId = await begin();
    await api.execute("insert into item (name) values ('before the error')", { transactionId });
    await expect(api.execute("select 1/0", { transactionId })).rejects.toThrow(
      "ERROR: division by zero; SQLState: 22012",
    );
    await expect(api.data.send(new CommitTransactionCommand(nameOf(transactionId)))).rejects.toThrow(
      TransactionNotFoundException,
    );
    expect(await named("before the error")).toEqual([]);
  });

  test("it takes one call at a time", async () => {
    await using lock = await holdLock();
    const transactionId = await begin();
    const outcomes = [1, 2].map(() =>
      api.execute(`select ${lock.wait}`, { transactionId }).catch((error: unknown) => error),
    );
    const refusal = await Promise.race(outcomes);
    expect(refusal).toBeInstanceOf(DatabaseErrorException);
    expect(refusal).toMatchObject({ message: "Transaction is still running a query" });
    await lock.release();
    expect(await Promise.all(outcomes)).toContainEqual(expect.objectContaining({ records: [[{ stringValue: "" }]] }));
    await api.data.send(new RollbackTransactionCommand(nameOf(transactionId)));
  });

  test("it expires when nobody calls", async () => {
    api.limits.idleTransactionMs = () => 0;
    const transactionId = await begin();
    const open = `select count(*) from pg_stat_activity
                   where application_name = 'RDS Data API' and state = 'idle in transaction'`;
    await expect.poll(() => api.rowsOf(open), { timeout: 20_000 }).toEqual([[{ longValue: 0 }]]);
    await expect(api.execute("select 1", { transactionId })).rejects.toThrow(TransactionNotFoundException);
  });

  test("a batch inserts all its sets, or none", async () => {
    const batch = (sql: string, ...names: string[]) =>
      api.data.send(
        new BatchExecuteStatementCommand({
          ...api.login,
          sql,
          parameterSets: names.map((name) => [text("name", name)]),
        }),
      );
    const insert = "insert into item (name) values (:name)";
    expect((await batch(insert, "batch 1", "batch 2")).updateResults).toHaveLength(2);
    await expect(batch(insert, "batch 3", "x".repeat(41))).rejects.toThrow("value too long");
    const found = await api.rowsOf("select name from item where name like 'batch%' order by name");
    expect(found).toEqual([[{ stringValue: "batch 1" }], [{ stringValue: "batch 2" }]]);
  });
});

describe("limits", () => {
  test("a row of 64 KiB and rows of 1 MiB are the most that there is", async () => {
    const rows = (length: number, count: number) =>
      api.rowsOf(`select repeat('x', ${length}) from generate_series(1, ${count})`);
    expect(await rows(65_536, 1)).toHaveLength(1);
    await expect(rows(65_537, 1)).rejects.toThrow(UnsupportedResultException);
    expect(await rows(60_000, 17)).toHaveLength(17);
    await expect(rows(60_000, 18)).rejects.toThrow("more than the allowed response size limit");
  });

  test("a request has no more than 4 MiB", async () => {
    const send = (length: number) => api.rowsOf("select length(:text)", [text("text", "x".repeat(length))]);
    expect(await send(4_193_000)).toEqual([[{ longValue: 4_193_000 }]]);
    await expect(send(4_194_304)).rejects.toMatchObject({ name: "BadRequestException" });
  });

  test("one statement a call", async () => {
    await expect(api.execute("select 1; select 2")).rejects.toMatchObject({
      name: "ValidationException",
      message: "Multistatements aren't supported.",
    });
  });

  test("a statement that takes too long is cancelled, or goes on where that is asked for", async () => {
    await using lock = await holdLock();
    api.limits.statementMs = 20;
    const slow = (name: string, continueAfterTimeout: boolean) =>
      api.execute(`insert into item (name) values (:name || ${lock.wait})`, {
        parameters: [text("name", name)],
        continueAfterTimeout,
      });
    const calls = await Promise.allSettled([slow("cancelled", false), slow("continued", true)]);
    expect(calls.map((call) => call.status === "rejected" && call.reason)).toEqual([
      expect.any(StatementTimeoutException),
      expect.any(StatementTimeoutException),
    ]);
    api.limits.statementMs = documentedLimits.statementMs;
    await lock.release();
    await expect
      .poll(() => api.rowsOf("select name from item where name in ('cancelled', 'continued')"), { timeout: 20_000 })
      .toEqual([[{ stringValue: "continued" }]]);
  });
});

describe("logins", () => {
  const select = (login: Partial<typeof api.login>) =>
    api.data.send(new ExecuteStatementCommand({ ...api.login, ...login, sql: "select 1" }));

  test("the secret must be there, be a login, and be PostgreSQL's", async () => {
    const wrong = await api.makeSecret("wrong", { username: "postgres", password: "another" });
    await expect(select({ secretArn: wrong })).rejects.toThrow(
      'FATAL: password authentication failed for user "postgres"; SQLState: 28P01',
    );
    const empty = await api.makeSecret("empty", {});
    await expect(select({ secretArn: empty })).rejects.toThrow(InvalidSecretException);
    await expect(select({ secretArn: `${empty}-no` })).rejects.toThrow(SecretsErrorException);
    await expect(select({ database: "nowhere" })).rejects.toThrow('database "nowhere" does not exist');
  });

  test("the endpoint must be enabled, and the cluster must have an instance; its end takes transactions with it", async () => {
    const { resourceArn } = api.login;
    await expect(select({ resourceArn: `${resourceArn}-other` })).rejects.toThrow(HttpEndpointNotEnabledException);
    await api.rds.disableHttpEndpoint({ ResourceArn: resourceArn });
    await expect(select({})).rejects.toThrow(HttpEndpointNotEnabledException);
    await api.rds.enableHttpEndpoint({ ResourceArn: resourceArn });

    const { transactionId } = await api.data.send(new BeginTransactionCommand(api.login));
    await api.rds.rebootDBInstance({ DBInstanceIdentifier: "main-1" });
    await expect(select({})).rejects.toMatchObject({ name: "DatabaseUnavailableException" });
    await api.settled();
    await expect(api.execute("select 1", { transactionId })).rejects.toThrow(TransactionNotFoundException);

    await api.rds.deleteDBInstance({ DBInstanceIdentifier: "main-1", SkipFinalSnapshot: true });
    await api.settled();
    await expect(select({})).rejects.toThrow(DatabaseNotFoundException);
  });
});

/** Holds a lock in a transaction of its own: what `wait` is part of takes as long as it is held. */
async function holdLock() {
  const { transactionId } = await api.data.send(new BeginTransactionCommand(api.login));
  const wait = "pg_advisory_xact_lock(1)::text";
  await api.execute(`select ${wait}`, { transactionId });
  const { resourceArn, secretArn } = api.login;
  let held = true;
  const release = async () => {
    if (held) await api.data.send(new RollbackTransactionCommand({ resourceArn, secretArn, transactionId }));
    held = false;
  };
  return { wait, release, [Symbol.asyncDispose]: release };
}

function text(name: string, stringValue: string): SqlParameter {
  return { name, value: { stringValue } };
}
