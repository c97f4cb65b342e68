import { afterAll, beforeAll, expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import { withSession } from "../../src/database/with-session.ts";
import type { SqlSession } from "../../src/database/session.ts";
import { findRun, openRun } from "../../src/provision/run.ts";
import { checkRetrieval } from "../../src/steps/check-retrieval.ts";
import { type IndexPolicy, tuneIndex } from "../../src/steps/tune-index.ts";
import { usualConduct } from "../../src/steps/load-conduct.ts";
import { usualWishes, verifyCounts } from "../../src/steps/verify-counts.ts";
import type { RetrievalCheck } from "../../src/verify/retrieval-check.ts";
import { undisturbed } from "./at-step.ts";
import { indexesOfItems } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment, stack } from "./small-deployment.ts";
import { noWishes, story } from "./story.ts";

let world: SmallDeployment;

// Of so many rows with so few dimensions the same definition, built anew, finds a quarter. What an index that is built on an empty table finds
// is a matter of luck: of one list it is all.
beforeAll(async () => {
  world = await smallDeployment({ bots: 2, rows: 2_000, dimensions: 16 });
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  const { rds } = world.local.world;
  const source = [...rds.clusters.values()].find(({ identifier }) => identifier.endsWith("-source"));
  await source?.server?.asSuperuser("postgres", async (client) => {
    await client.query("drop index idx_items_embedding");
    await client.query(ofLists(1));
  });
});
afterAll(() => world[Symbol.asyncDispose]());

async function load(indexPolicy: IndexPolicy, context: Context = world.context(), concurrently = false) {
  const wishes = { ...noWishes, conduct: { ...usualConduct, indexPolicy, concurrently } };
  const { result } = await story["start-dms-migration"](world.stateDir, context, undisturbed, wishes);
  return result.retrieval;
}

async function check(connect: "direct" | "data-api" = "direct"): Promise<RetrievalCheck> {
  const context: Context = { ...world.context(), reach: { connect, tunnels: {} } };
  using task = context.progress.begin("retrieval");
  const { database } = await world.deployment();
  const run = await theRun(context);
  return await withSession(database, context, (one) =>
    checkRetrieval(one, context, run, { maxRecallDrop: 0.02 }, task),
  );
}

async function verifyAll() {
  const context = world.context();
  const wishes = { ...usualWishes, level: "all" } as const;
  return verifyCounts(wishes, await world.deployment(), context, await theRun(context));
}

async function theRun(context: Context) {
  const { account, region } = context;
  const folder = await findRun(world.stateDir, { account, region, stack }, { id: undefined, closedToo: false });
  if (folder === undefined) throw new Error("there is no open run");
  return openRun(folder, context.clock);
}

async function vectorIndexes(): Promise<string[]> {
  return (await indexesOfItems(world.local)).filter((one) => one.includes("ivfflat"));
}

function ofLists(lists: number): string {
  return `CREATE INDEX idx_items_embedding ON public.items USING ivfflat (embedding) WITH (lists='${lists}')`;
}

/** A context of a command that is killed when a task tells this state: nothing can be done after it. */
function killedAt(state: string): Context {
  const killing = new AbortController();
  const context = world.context(killing.signal);
  const begin: Context["progress"]["begin"] = (name, first) => {
    const task = context.progress.begin(name, first);
    return {
      ...task,
      state: (text) => {
        task.state(text);
        if (text === state) killing.abort(new Error("killed"));
        killing.signal.throwIfAborted();
      },
      [Symbol.dispose]: () => task[Symbol.dispose](),
    };
  };
  return { ...context, progress: { ...context.progress, begin } };
}

test("what the index finds is measured before and after, and the same both ways", async () => {
  const asItWas = await load({ index: "same-definition", maxRecallDrop: 0 });
  expect(asItWas).toMatchObject({ outcome: "not measured", why: "--index same-definition" });
  const allowed = await load({ index: "tuned", maxRecallDrop: 1 });
  expect(allowed).toMatchObject({ outcome: "as it was", recall: { baseline: { mean: 1, worst: 1 } } });
  expect(allowed.recall.now?.mean).toBeLessThan(0.6);
  expect(await vectorIndexes()).toEqual([ofLists(100)]);
  const [direct, dataApi] = [await check(), await check("data-api")];
  expect(direct).toMatchObject({
    outcome: "wrong",
    verdict: { verdict: "worse" },
    untouched: { measure: { rows: 0, bots: [] }, why: "no rows" },
    lists: [{ verdict: "trained", lists: 100, rows: 2_000 }],
  });
  const answers = ({ measure }: RetrievalCheck) =>
    measure.bots.map((one) => one.answers.map((a) => [a.id, a.recall, a.rows]));
  expect(answers(dataApi)).toEqual(answers(direct));
  expect(direct.measure.bots[0]).toMatchObject({
    plan: "idx_items_embedding",
    sampled: direct.baseline?.measure?.bots[0]?.sampled,
  });
});

test("an index that is trained on nothing is found, and the remedy that is named mends it", async () => {
  await world.onTarget(trainOnNothing);
  const { outcome, why, retrieval, schema, differences } = await verifyAll();
  expect({ outcome, schema: schema?.outcome, differences }).toEqual({
    outcome: "different",
    schema: "ok",
    differences: null,
  });
  expect(why).toEqual([expect.stringMatching(/^index idx_items_embedding is trained on nothing/)]);
  expect(retrieval?.lists).toMatchObject([{ index: "idx_items_embedding", verdict: "trained on nothing" }]);
  await world.onTarget((session) => session.query(retrieval?.lists[0]?.remedy ?? ""));
  expect((await check()).lists).toMatchObject([{ verdict: "trained" }]);
});

test("an index that finds less than before is built with fewer lists; killed in the middle it ends with one index; undo puts the first one back", async () => {
  const policy = { index: "tuned", maxRecallDrop: 0.02 } as const;
  await expect(load(policy, killedAt("built; taking the old one's place"))).rejects.toThrow("killed");
  expect((await vectorIndexes()).length).toBe(2);
  expect(await load(policy, world.context(), true)).toMatchObject({
    outcome: "fewer lists",
    definition: { before: ofLists(100), now: ofLists(1) },
    recall: { baseline: { mean: 1, worst: 1 }, now: { mean: 1, worst: 1 } },
  });
  expect(await vectorIndexes()).toEqual([ofLists(1)]);
  expect(await check()).toMatchObject({ outcome: "ok", verdict: { verdict: "as good as before" }, advice: [] });
  const { schema } = await verifyAll();
  expect(schema?.findings.find(({ subject }) => subject === "idx_items_embedding")).toMatchObject({
    verdict: "tuned",
    wrong: false,
  });
  await story.undo(world.stateDir, world.context(), undisturbed);
  expect(await vectorIndexes()).toEqual([ofLists(100)]);
});

test("where nothing is known of before, the index stays as it is, and that is said", async () => {
  const context = world.context();
  const run = await theRun(context);
  const forgetful = { ...run, state: () => ({ ...run.state(), notes: new Map() }) };
  const { database: target } = await world.deployment();
  const policy = { index: "tuned", maxRecallDrop: 0 } as const;
  const tuned = await tuneIndex({ target, concurrently: false, indexPolicy: policy }, context, forgetful);
  expect(tuned).toMatchObject({ outcome: "not measured", why: expect.stringContaining("it was not noted") as string });
  expect(world.said.at(-1)).toContain("index idx_items_embedding stays as it was");
});

/** As the stack's custom resource makes it: on the empty table. */
async function trainOnNothing(session: SqlSession): Promise<void> {
  await session.transaction({}, async (transaction) => {
    await transaction.query("drop index idx_items_embedding");
    await transaction.query("create temp table aside on commit drop as table items");
    await transaction.query("truncate items");
    await transaction.query(ofLists(100));
    await transaction.query("insert into items select * from aside");
  });
}
