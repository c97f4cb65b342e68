import { mkdir, readdir, rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Context } from "../../src/context.ts";
import { exitCode } from "../../src/errors.ts";
import { openOrBegin } from "../../src/provision/open-or-begin.ts";
import type { NewLine } from "../../src/provision/journal-line.ts";
import type { Run } from "../../src/provision/run.ts";
import type { Bot } from "../../src/stack/bots.ts";
import { planReEmbed, type ReEmbedWishes } from "../../src/steps/plan-re-embed.ts";
import { reEmbed, type ReEmbedResult } from "../../src/steps/re-embed.ts";
import { type Ended, runInProcess } from "./command-in-process.ts";
import { type SmallDeployment, smallDeployment, stack } from "./small-deployment.ts";
import { botsOf, insertRows, writeBot } from "./users-at-work.ts";

/** One deployment, whose bots every test embeds anew, in a run of its own. */
let world: SmallDeployment;
/** With knowledge; the first has the most rows. */
let bots: readonly Bot[];
let empty: Bot;

beforeAll(async () => {
  world = await smallDeployment({ bots: 4 });
  const all = await botsOf(world);
  const last = all.at(-1);
  if (last === undefined) throw new Error("too few bots");
  [bots, empty] = [all.slice(0, -1), last];
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await rm(world.stateDir, { recursive: true });
  await mkdir(world.stateDir);
  for (const bot of bots) await writeBot(world, bot, "SyncStatus", "SUCCEEDED");
  world.local.world.ecs.counts.clear();
  await fetch(`${world.local.endpoint}/_local-aws/faults`, { method: "DELETE" });
});

/** As an operator types it. */
async function command(...argv: readonly string[]): Promise<Ended> {
  return typed("re-embed", ...argv);
}

async function typed(...argv: readonly string[]): Promise<Ended> {
  const quick = { BEDROCK_CHAT_MIGRATE_POLL_SECONDS: "0.05", BEDROCK_CHAT_MIGRATE_STATE_DIR: world.stateDir };
  return runInProcess(argv, { ...world.local.environment, ...quick });
}

async function embedded(...argv: readonly string[]): Promise<{ code: number; result: ReEmbedResult }> {
  const { code, stdout, stderr } = await command("--yes", "--json", ...argv);
  if (stdout === "") throw new Error(stderr);
  return { code, result: JSON.parse(stdout) as ReEmbedResult };
}

async function order(...faults: readonly { kind: string; times?: number; after?: number; operation?: string }[]) {
  const body = JSON.stringify(faults.map((fault) => ({ service: "ecs", operation: "RunTask", ...fault })));
  const { status } = await fetch(`${world.local.endpoint}/_local-aws/faults`, { method: "POST", body });
  expect(status).toBe(200);
}

/** How many tasks ECS has started for each bot: what was paid. */
function paid(): Record<string, number> {
  return Object.fromEntries([...world.local.world.ecs.counts].map(([bot, { started }]) => [bot, started]));
}

function once(which: readonly Bot[]): Record<string, number> {
  return Object.fromEntries(which.map(({ id }) => [id, 1]));
}

/** Rows of each bot on the new cluster, and the transactions that wrote them: two where they are doubled. */
async function rows(): Promise<Record<string, readonly [number, number]>> {
  const found = await world.onTarget((session) =>
    session.query<{ bot: string; rows: number; transactions: number }>(
      `select botid::text as "bot", count(*)::int as "rows", count(distinct xmin::text)::int as "transactions" from items group by 1`,
    ),
  );
  return Object.fromEntries(found.map((one) => [one.bot, [one.rows, one.transactions] as const]));
}

function whole(which: readonly Bot[], counts: readonly number[] = [30, 20, 10]) {
  return Object.fromEntries(which.map(({ id }, index) => [id, [counts[index] ?? 0, 1]]));
}

test("nothing is started before it is known what it takes, and nothing unasked", async () => {
  const told = await command("--dry-run", "--task-minutes", "60", "--vcpu-price", "1", "--memory-price", "0");
  expect(told.code).toBe(exitCode.proven);
  expect(told.stdout).toContain("3 bots with 7 documents, by 3 Fargate tasks (2 vCPU, 4 GiB, X86_64), 8 at a time");
  expect(told.stdout).toContain("About 1 h 00 min and $6.0");
  expect(told.stdout).toContain(`Not embedded, 1 bot: no knowledge, so nothing to embed (${empty.id})`);
  const one = await command("--dry-run", "--json", "--bot", bots[1]?.id ?? "", "--bot", empty.id);
  expect(JSON.parse(one.stdout)).toMatchObject({ plan: { tasks: 1 }, skipped: [{ id: empty.id }] });
  for (const [argv, said] of [
    [[], "Pass --yes"],
    [["--confirm-each-page"], "Pass --yes"],
    [["--yes", "--bot", "01NOSUCHBOT"], "knows no bot 01NOSUCHBOT"],
    [["--only", "broken"], "--only takes missing, changed, failed"],
  ] as const)
    expect(await command(...argv)).toMatchObject({
      code: exitCode.usage,
      stderr: expect.stringContaining(said) as string,
    });
  for (const [argv, said] of [
    [["--yes", "--max-cost", "0.01"], "--max-cost is $0.01"],
    [["--yes", "--only", "missing"], "verify-counts --level all"],
  ] as const)
    expect(await command(...argv)).toMatchObject({
      code: exitCode.failed,
      stderr: expect.stringContaining(said) as string,
    });
  expect(await readdir(world.stateDir)).toEqual([]);
  await order({ kind: "no-capacity", times: 1000 });
  expect(await command("--yes", "--capacity-minutes", "0")).toMatchObject({
    code: exitCode.waitRanOut,
    stderr: expect.stringContaining('The next embedding task was still "Capacity is unavailable') as string,
  });
  expect(paid()).toEqual({});
});

test("every bot with knowledge is embedded, no more at a time than may; what is done and whole is not paid again", async () => {
  const most: number[] = [];
  const watch = setInterval(() => {
    most.push([...world.local.world.ecs.tasks.values()].filter(({ stoppedAt }) => stoppedAt === undefined).length);
  }, 5);
  const first = await embedded("--concurrency", "2");
  clearInterval(watch);
  expect(first).toMatchObject({ code: exitCode.proven, result: { outcome: "done", counts: { done: 3 } } });
  expect(Math.max(...most)).toBe(2);
  expect(first.result.bots.map(({ bot, rows: its, tasks, exitCode: ended }) => [bot, its, tasks, ended])).toEqual(
    bots.map(({ id }, index) => [id, [30, 20, 10][index], 1, 0]),
  );
  expect(first.result.skipped).toMatchObject([{ id: empty.id, why: "no knowledge" }]);
  expect(paid()).toEqual(once(bots));
  expect(await rows()).toEqual(whole(bots));

  const [, lost, doubled] = bots;
  await world.onTarget(async (session) => {
    await session.query("delete from items where botid = $1", [lost?.id ?? ""]);
    await insertRows(session, doubled?.id ?? "", 1, "beside");
  });
  const again = await embedded("--max-cost", "100");
  expect(again).toMatchObject({
    code: exitCode.proven,
    result: { run: first.result.run, counts: { earlier: 1, done: 2 } },
  });
  expect(paid()).toEqual({ ...once(bots), [lost?.id ?? ""]: 2, [doubled?.id ?? ""]: 2 });
  expect((await typed("status")).stdout).toContain("Next: bedrock-chat-migrate cleanup");
  const all = await embedded("--again", "--bot", lost?.id ?? "");
  expect(all).toMatchObject({ code: exitCode.proven, result: { counts: { earlier: 0, done: 1 } } });
  expect(paid()).toMatchObject({ [lost?.id ?? ""]: 3 });
  expect(await rows()).toEqual(whole(bots));
});

test("refusals, lost answers, failed and killed tasks: every bot is embedded in the end, and none is doubled", async () => {
  const [left] = bots;
  if (left === undefined) throw new Error("too few bots");
  // By a task that was killed long ago.
  await writeBot(world, left, "LastExecId", "0123456789abcdef0123456789abcdef");
  await writeBot(world, left, "SyncStatus", "RUNNING");
  await order(
    { kind: "no-capacity" },
    { kind: "vcpu-limit", after: 1 },
    { kind: "throttle", after: 2 },
    { kind: "effect-without-answer", after: 3 },
    { kind: "embedding-fails", after: 5 },
    { kind: "task-killed-late", after: 6 },
  );
  const { code, result } = await embedded();
  expect(result).toMatchObject({ outcome: "done", counts: { done: 3, failed: 0 } });
  expect(code).toBe(exitCode.proven);
  expect(Object.values(paid()).toSorted((a, b) => a - b)).toEqual([1, 2, 2]);
  expect(await rows()).toEqual(whole(bots));
});

test("what cannot be embedded is named with all that is known of it; a bot that its user syncs is waited for", async () => {
  await order({ kind: "task-stuck" }, { kind: "embedding-fails", after: 1 });
  const [synced] = bots;
  if (synced === undefined) throw new Error("too few bots");
  await writeBot(world, synced, "SyncStatus", "QUEUED");
  const { code, result } = await embedded("--retries", "0", "--task-timeout", "0.05");
  expect(code).toBe(exitCode.failed);
  expect(result).toMatchObject({ outcome: "not done", counts: { elsewhere: 1, done: 0, failed: 2 } });
  expect(result.bots[0]).toMatchObject({ bot: synced.id, outcome: "elsewhere", tasks: 0, rows: 30 });
  const failures = result.bots.filter(({ outcome }) => outcome === "failed");
  expect(new Map(failures.map(({ why, exitCode: ended }) => [why, ended]))).toEqual(
    new Map([
      ["FAILED: HTTPSConnectionPool(host='example.com', port=443): Read timed out.", 0],
      ["stopped: it took more than 0.05 minutes", 143],
    ]),
  );
  for (const { logStream, task } of failures)
    expect(logStream).toMatch(new RegExp(`embed-task/Container/${task?.split("/")[2]}$`));
  const again = await command("--yes", "--bot", synced.id);
  expect(again).toMatchObject({
    code: exitCode.proven,
    stdout: expect.stringContaining("1 of 1 bot embedded") as string,
  });
  expect(paid()).toEqual(once(bots));
});

const wishes: ReEmbedWishes = {
  only: undefined,
  bots: undefined,
  owners: undefined,
  exclude: [],
  segments: 2,
  concurrency: 8,
  retries: 0,
  taskTimeout: 60,
  capacityMinutes: 1,
  maxDollars: undefined,
  again: false,
  prices: {},
  taskMinutes: undefined,
};

/** The command's work in this process, on a journal that a test can break. */
async function embedHere(
  which: readonly Bot[],
  context: Context,
  append: (line: NewLine, run: Run) => Promise<void>,
): Promise<ReEmbedResult> {
  const deployment = await world.deployment();
  const wanted = { stateDir: world.stateDir, stack, id: undefined };
  const its = { ...wishes, bots: which.map(({ id }) => id) };
  const plan = (run: Run | undefined) =>
    planReEmbed(its, deployment, run === undefined ? undefined : { ...run, state: run.state() }, context);
  await using opened = await openOrBegin(wanted, plan, context);
  const { run } = opened;
  const journal = { lines: run.journal.lines, append: (line: NewLine) => append(line, run) };
  return await reEmbed(opened.plan, its, deployment, context, { ...run, journal });
}

const isTaskNoted = (line: NewLine) =>
  line.event === "noted" &&
  typeof line.value === "object" &&
  line.value !== null &&
  "task" in line.value &&
  line.value["task"] !== null;

test("killed before and after every line of its journal, it goes on each time: no bot is embedded twice", async () => {
  const few = bots.slice(1);
  let result: ReEmbedResult | undefined;
  let kills = 0;
  for (; result === undefined; kills++) {
    const before = kills % 2 === 0;
    let dead = false;
    const killed = embedHere(few, world.context(), async (line, run) => {
      const last = line.event === "noted";
      if (dead || (last && before)) {
        dead = true;
        throw new Error("killed");
      }
      dead = last;
      await run.journal.append(line);
      if (last) throw new Error("killed");
    });
    result = await killed.catch((error: unknown) => {
      if (error instanceof Error && error.message === "killed") return undefined;
      throw error;
    });
  }
  // Of each bot: the intent, its task, what it came to.
  expect(kills).toBeGreaterThanOrEqual(2 * 3 * few.length);
  expect(result).toMatchObject({ outcome: "done", counts: { failed: 0, elsewhere: 0 } });
  expect(paid()).toEqual(once(few));
});

test("killed, and run again when ECS has forgotten the tasks: it judges by what they left behind", async () => {
  const few = bots.slice(1);
  const ended = new AbortController();
  let started = 0;
  const killed = embedHere(few, world.context(ended.signal), async (line, run) => {
    await run.journal.append(line);
    if (isTaskNoted(line) && ++started === few.length) ended.abort(new Error("killed"));
  });
  await expect(killed).rejects.toThrow("killed");
  const tasks = [...world.local.world.ecs.tasks.values()];
  await vi.waitUntil(() => tasks.every(({ stoppedAt }) => stoppedAt !== undefined), 20_000);
  await order({ kind: "tasks-forgotten", operation: "*", times: 1_000_000 });
  const { code, result } = await embedded("--retries", "0", "--exclude", bots[0]?.id ?? "");
  expect(result).toMatchObject({ outcome: "done", counts: { done: 2 } });
  expect(code).toBe(exitCode.proven);
  expect(paid()).toEqual(once(few));
});
