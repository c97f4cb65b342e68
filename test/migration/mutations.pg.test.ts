import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Verification } from "../../src/verify/verification.ts";
import { findComparators, howToInstall } from "../clients/find-clients.ts";
import { compareByOther, lendFunctions } from "./pg-comparator.ts";
import { anyOrder, inOrder, mutate, someMutations } from "./random-mutations.ts";
import { rowMutations } from "./row-mutations.ts";
import { deleteBot } from "./users-at-work.ts";
import { type VerifiedTarget, verifiedTarget } from "./verified-target.ts";

/** One load, verified; each test takes it whole and leaves it whole. */
let target: VerifiedTarget;
const [comparator] = await findComparators();

beforeAll(async () => {
  target = await verifiedTarget();
  expect(await target.verify("all")).toMatchObject({ outcome: "identical", why: [] });
});
afterEach(async () => {
  await target.hold(target.rows);
  // What was deleted would make the table look larger, and the planner choose another plan.
  await target.damage(["vacuum full items", "analyze items"]);
  expect(await target.verify("all")).toMatchObject({ outcome: "identical", why: [] });
});
afterAll(() => target[Symbol.asyncDispose]());

const names = ({ differences }: Verification) => (differences?.listed ?? []).map(({ kind, id }) => `${kind} ${id}`);

test("each way in which rows can be wrong is found, and named", async () => {
  for (const { what, statements, listed } of rowMutations(target)) {
    await target.damage(statements);
    const found = await target.verify();
    expect(found, what).toMatchObject({ outcome: "different", differences: { listed } });
    const { missing, extra, changed, moved } = found.differences?.rows ?? {};
    expect([missing, extra, changed, moved], what).toEqual(
      ["missing", "extra", "changed", "moved"].map((kind) => listed.filter((one) => one.kind === kind).length),
    );
    await target.hold(target.rows);
  }
});

test("pg_comparator is here", () => {
  if (comparator === undefined) throw new Error(`Debian's pg_comparator is not here. ${howToInstall}`);
});

test.runIf(comparator !== undefined)(
  "another program finds the same rows, and where it is blind, what it cannot see is why",
  async () => {
    const { program } = comparator!;
    const databases = await target.databases();
    await lendFunctions(databases);
    expect(await compareByOther(program, databases, "hash")).toEqual([]);
    for (const { what, statements, listed, unseenAsText } of rowMutations(target)) {
      await target.damage(statements);
      const finds = { missing: "INSERT", extra: "DELETE", changed: "UPDATE", moved: "UPDATE" };
      const same = listed.map(({ kind, id }) => `${finds[kind]} ${id}`).toSorted();
      expect(await compareByOther(program, databases, "hash"), what).toEqual(same);
      if (unseenAsText !== undefined)
        expect(await compareByOther(program, databases, "text"), `${what}: ${unseenAsText}`).toEqual([]);
      await target.hold(target.rows);
    }
  },
);

test("what is wrong around the rows is found, and named", async () => {
  const [before] = await target.world.onTarget((session) =>
    session.query<{ index: string; version: string }>(
      `select pg_get_indexdef('idx_items_embedding'::regclass) as "index", extversion::text as "version"
         from pg_extension where extname = 'vector'`,
    ),
  );
  if (before === undefined) throw new Error("there is no pgvector");
  const extension = (version: string) => `update pg_extension set extversion = '${version}' where extname = 'vector'`;
  const valid = (is: boolean) =>
    `update pg_index set indisvalid = ${is} where indexrelid = 'idx_items_embedding'::regclass`;
  const mutations: readonly (readonly [did: string, undid: string, finding: object])[] = [
    [
      "drop index idx_items_embedding",
      before.index,
      { kind: "index", subject: "idx_items_embedding", verdict: "missing" },
    ],
    [valid(false), valid(true), { kind: "index", subject: "idx_items_embedding", verdict: "invalid" }],
    [extension("0.5.1"), extension(before.version), { kind: "extension", subject: "vector", verdict: "older" }],
  ];
  for (const [did, undid, finding] of mutations) {
    await target.damage([did]);
    const { outcome, schema, differences } = await target.verify("all");
    const wrong = schema?.findings.filter((one) => one.wrong);
    expect({ outcome, wrong, differences }, did).toMatchObject({
      outcome: "different",
      wrong: [finding],
      differences: null,
    });
    await target.damage([undid]);
  }
  const [bot] = target.bots;
  if (bot === undefined) throw new Error("there is no bot");
  const putBack = await deleteBot(target.world, bot);
  const { outcome, reconciliation } = await target.verify("all");
  expect({ outcome, bots: reconciliation?.bots.filter(({ wrong }) => wrong) }).toMatchObject({
    outcome: "different",
    bots: [{ bot: bot.id, state: "orphan vectors" }],
  });
  await putBack();
});

test("whatever is done to whichever rows is found, and nothing else", async () => {
  const bots = [...target.bots.map(({ id }) => id), null, "01STRANGER0000000000000000"];
  await fc.assert(
    fc.asyncProperty(anyOrder(target.rows), someMutations, async (order, mutations) => {
      const { held, differing } = mutate(inOrder(target.rows, order), mutations, bots);
      await target.hold(held);
      const found = await target.verify();
      expect(names(found).toSorted()).toEqual(differing);
      expect(found.outcome).toBe(differing.length === 0 ? "identical" : "different");
    }),
    { numRuns: 20 },
  );
});

test("what changes no row is never reported", async () => {
  const nothing = [
    "update items set content = content, embedding = embedding",
    "vacuum full items",
    "cluster items using items_pkey",
    "reindex table items",
    "alter table items alter content set storage external",
    "analyze items",
  ];
  await fc.assert(
    fc.asyncProperty(anyOrder(target.rows), fc.subarray(nothing), async (order, statements) => {
      await target.hold(inOrder(target.rows, order));
      await target.damage(statements);
      expect(await target.verify()).toMatchObject({ outcome: "identical", why: [], differences: null });
    }),
    { numRuns: 5 },
  );
});
