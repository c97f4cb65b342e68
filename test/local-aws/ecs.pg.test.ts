import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type AttributeValue, DynamoDB } from "@aws-sdk/client-dynamodb";
import { ECS, type RunTaskCommandInput, type Task } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CallRecord } from "../../src/local-aws/call-log.ts";
import type { FaultKind } from "../../src/local-aws/fault-switches.ts";
import { embeddingsOf } from "../../src/local-aws/inventory.ts";
import { readPolicy } from "../../src/local-aws/policy/document.ts";
import { seededBots } from "../../src/local-aws/stack/bots.ts";
import { type LocalAws, startLocalAws } from "../../src/local-aws/start.ts";
import { embeddingTask, names } from "./ecs-stack.ts";
import { queryCluster } from "./postgres-world.ts";
import { clientSettings } from "./small-world.ts";

const seeded = seededBots(7, 5, 60);
const patience = { timeout: 60_000, interval: 50 };
let local: LocalAws;
let ecs: ECS;
let dynamodb: DynamoDB;

beforeAll(async () => {
  // The operator may use ECS and the table, and nothing that a task needs besides: a task is not the operator.
  const Statement = [
    { Effect: "Allow", Action: ["ecs:*", "iam:PassRole", "dynamodb:*"], Resource: "*" },
    { Effect: "Deny", Action: "secretsmanager:*", Resource: "*" },
  ];
  const policy = readPolicy(JSON.stringify({ Version: "2012-10-17", Statement }));
  const small = { bots: 5, rows: 60, dimensions: 8, seed: 7, timeScale: 1 / 20_000 };
  local = await startLocalAws({ stage: "after-deploy", ...small, policy });
  ecs = new ECS(clientSettings(local.endpoint));
  dynamodb = new DynamoDB(clientSettings(local.endpoint));
});

afterAll(() => local.stop());

async function run(request: RunTaskCommandInput): Promise<string> {
  const { tasks = [] } = await ecs.runTask(request);
  return tasks[0]?.taskArn ?? "";
}

async function describe(task: string): Promise<Task | undefined> {
  const { tasks } = await ecs.describeTasks({ cluster: names.embeddingCluster, tasks: [task] });
  return tasks?.[0];
}

async function ended(task: string): Promise<Task | undefined> {
  await expect.poll(async () => (await describe(task))?.lastStatus, patience).toBe("STOPPED");
  return describe(task);
}

async function order(kind: FaultKind): Promise<void> {
  const body = JSON.stringify({ service: "ecs", operation: "RunTask", kind });
  expect((await fetch(`${local.endpoint}/_local-aws/faults`, { method: "POST", body })).status).toBe(200);
}

/** Another user's bot, of documents that were not seeded: three chunks each. */
async function newBot(
  id: string,
  knowledge: Partial<Record<string, string[]>>,
  more: Record<string, AttributeValue> = {},
) {
  const texts = (kind: string) => ({ L: (knowledge[kind] ?? []).map((S) => ({ S })) });
  const Knowledge = {
    M: { source_urls: texts("source_urls"), sitemap_urls: texts("sitemap_urls"), filenames: texts("filenames") },
  };
  const Item = { PK: { S: "user" }, SK: { S: `user#BOT#${id}` }, Knowledge, ...more };
  await dynamodb.putItem({ TableName: names.tableName, Item });
  return embeddingTask("user", id);
}

async function syncOf(PK: string, bot: string) {
  const { Item } = await dynamodb.getItem({
    TableName: names.tableName,
    Key: { PK: { S: PK }, SK: { S: `${PK}#BOT#${bot}` } },
    ConsistentRead: true,
  });
  return { status: Item?.["SyncStatus"]?.S, reason: Item?.["SyncStatusReason"]?.S, task: Item?.["LastExecId"]?.S };
}

async function rowsOf(bot: string): Promise<Record<string, unknown>[]> {
  const cluster = [...local.world.rds.clusters.values()].find((one) => one.identifier === names.clusterIds.v1);
  const [secret] = [...local.world.secrets.values()];
  const { password } = JSON.parse(secret?.value ?? "{}") as { password: string };
  const query = `SELECT id, content, source, embedding::text FROM items WHERE botid = '${bot}' ORDER BY source, content`;
  return cluster ? queryCluster(local.world, cluster, { password, text: query }) : [];
}

const idOf = (task: string) => task.split("/").at(-1) ?? "";

test("a task replaces the bot's rows with those of its documents, under new ids, and tells so as upstream does", async () => {
  const bot = seeded[2];
  if (!bot) throw new Error("no such bot");
  const first = await run(embeddingTask(bot.userId, bot.id, { startedBy: "run" }));
  expect(await ended(first)).toMatchObject({
    stopCode: "EssentialContainerExited",
    containers: [{ exitCode: 0 }],
    startedBy: "run",
    taskDefinitionArn: expect.stringMatching(/:2$/) as string,
  });
  expect(await syncOf(bot.userId, bot.id)).toEqual({
    status: "SUCCEEDED",
    reason: "Successfully inserted to vector store.",
    task: idOf(first),
  });
  const { calls } = (await (await fetch(`${local.endpoint}/_local-aws/calls`)).json()) as { calls: CallRecord[] };
  const roles = calls.filter(({ operation }) => operation === "GetSecretValue").map(({ role }) => role);
  expect(roles).toEqual([`arn:aws:iam::111122223333:role/${names.embeddingRoles.task}`]);
  const before = await rowsOf(bot.id);
  expect(before).toHaveLength(bot.rows);
  expect(new Set(before.map(({ source }) => source)).size).toBe(3);
  await ended(await run(embeddingTask(bot.userId, bot.id)));
  const after = await rowsOf(bot.id);
  const withoutIds = (rows: typeof before) => rows.map((row) => ({ ...row, id: "" }));
  expect(withoutIds(after)).toEqual(withoutIds(before));
  expect(after.filter(({ id }) => before.some((row) => row["id"] === id))).toEqual([]);
  expect(embeddingsOf(local.world)).toContainEqual({ bot: bot.id, started: 2, ran: 2 });
  expect((await readFile(join(local.world.directory, "tasks", `${idOf(first)}.log`), "utf8")).trim()).toBe(
    `Successfully inserted ${bot.rows} records.`,
  );
});

const page = { source_urls: ["https://b.test/ก"] };
const text = (part: string) => expect.stringContaining(part) as string;

/** What becomes of tasks that are started one after the other and run at once: mishap, knowledge, container, sync, rows. */
const fates: [FaultKind | undefined, Parameters<typeof newBot>[1], object, object, number][] = [
  [undefined, {}, { exitCode: 0 }, { status: "SUCCEEDED", reason: "No contents to embed." }, 0],
  [undefined, { ...page, sitemap_urls: ["x"] }, { exitCode: 0 }, { status: "FAILED", reason: "" }, 0],
  [
    undefined,
    { source_urls: ["https://no.invalid/"] },
    { exitCode: 0 },
    { status: "FAILED", reason: text("Failed to resolve 'no.invalid'") },
    0,
  ],
  ["embedding-fails", page, { exitCode: 0 }, { status: "FAILED", reason: text("timed out") }, 0],
  ["task-killed", page, { exitCode: 137, reason: text("OutOfMemory") }, { status: "RUNNING" }, 0],
  ["task-killed-late", page, { exitCode: 137 }, { status: "RUNNING" }, 3],
  ["no-task-metadata", page, { exitCode: 0 }, { status: "SUCCEEDED", task: "FAILED_TO_GET_ECS_EXEC_ID" }, 3],
];

test("a task ends with 0 whatever its embedding comes to; SyncStatus and the rows tell", async () => {
  const tasks: string[] = [];
  for (const [index, [kind, knowledge]] of fates.entries()) {
    const request = await newBot(`bot-${index}`, knowledge);
    if (kind) await order(kind);
    tasks.push(await run(request));
  }
  for (const [index, [kind, , container, sync, rows]] of fates.entries()) {
    expect((await ended(tasks[index] ?? ""))?.containers, kind).toMatchObject([container]);
    expect(await syncOf("user", `bot-${index}`), kind).toMatchObject({ task: idOf(tasks[index] ?? ""), ...sync });
    expect(await rowsOf(`bot-${index}`), kind).toHaveLength(rows);
  }
});

test("a task that cannot start says why, and has done nothing", async () => {
  const request = await newBot("unstarted", page);
  await order("task-start-fails");
  expect(await ended(await run(request))).toMatchObject({
    stopCode: "TaskFailedToStart",
    stoppedReason: text("CannotPullContainerError"),
    containers: [expect.not.objectContaining({ exitCode: expect.anything() as number }) as object],
  });
  expect(embeddingsOf(local.world)).toContainEqual({ bot: "unstarted", started: 1, ran: 0 });
});

test("what is stuck stays so until it is stopped", async () => {
  const request = await newBot("stuck", page);
  await order("task-stuck");
  const task = await run(request);
  await expect.poll(async () => (await syncOf("user", "stuck")).status, patience).toBe("RUNNING");
  const { task: stopping } = await ecs.stopTask({ cluster: names.embeddingCluster, task });
  expect(stopping).toMatchObject({ lastStatus: "STOPPING", desiredStatus: "STOPPED" });
  expect(await ended(task)).toMatchObject({ stopCode: "UserInitiated", containers: [{ exitCode: 143 }] });
});

test("a container without its bot ends as Python would, and one of another program", async () => {
  const missing = await run(embeddingTask("user", "no-such-bot"));
  const overrides = { containerOverrides: [{ name: "Container", command: ["-u", "other.py"] }] };
  const foreign = await run(embeddingTask("user", "no-such-bot", { overrides }));
  expect((await ended(missing))?.containers).toMatchObject([{ exitCode: 1 }]);
  expect((await ended(foreign))?.containers).toMatchObject([{ exitCode: 2 }]);
});

test("security groups that the database does not admit keep a task from it", async () => {
  const request = await newBot("outside", page);
  const subnets = [...names.privateSubnetIds];
  const securityGroups = [names.defaultSecurityGroupId];
  await ended(await run({ ...request, networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups } } }));
  expect(await syncOf("user", "outside")).toMatchObject({
    status: "FAILED",
    reason: text("timed out"),
  });
});

test("a bot that becomes QUEUED is embedded by the pipe", async () => {
  await newBot("queued", page, { SyncStatus: { S: "QUEUED" } });
  await expect.poll(async () => (await syncOf("user", "queued")).status, patience).toBe("SUCCEEDED");
  expect(await rowsOf("queued")).toHaveLength(3);
  expect(embeddingsOf(local.world)).toContainEqual({ bot: "queued", started: 1, ran: 1 });
});

test("a task ends when the local AWS does, however that ends", async () => {
  const program = ["--import", "tsx", "src/local-aws/embedding/embedding-task.ts", "-u", "embedding/main.py", "{}"];
  const environment = { LOCAL_AWS_TIME_SCALE: "1000" };
  const child = spawn(process.execPath, program, { env: environment, stdio: ["pipe", "ignore", "inherit"] });
  const exit = once(child, "exit");
  child.stdin.end(); // what a process that holds the other end does when it dies
  expect(await exit).toEqual([null, "SIGKILL"]);
});

test("stopping the local AWS ends its tasks", async () => {
  const request = await newBot("last", page);
  await order("task-stuck");
  await run(request);
  await expect.poll(async () => (await syncOf("user", "last")).status, patience).toBe("RUNNING");
  expect(await processesNaming("#BOT#last")).toHaveLength(1);
  await local.stop();
  await expect.poll(() => processesNaming("#BOT#last"), patience).toEqual([]);
});

async function processesNaming(bot: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args"], { maxBuffer: 1e8 });
  return stdout.split("\n").filter((line) => line.includes(bot));
}
