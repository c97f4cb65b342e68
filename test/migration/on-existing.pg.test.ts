import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { inventory } from "./local-aws-view.ts";
import { findRun, openRun } from "../../src/provision/run.ts";
import { decisionsOf, indexesBefore } from "../../src/steps/note-load.ts";
import { usualConduct } from "../../src/steps/load-conduct.ts";
import { atStep, killedWhenSaid, undisturbed } from "./at-step.ts";
import { type SmallDeployment, smallDeployment, stack } from "./small-deployment.ts";
import { noWishes, story } from "./story.ts";
import { botsOf, deleteBot, digests, indexes, insertRows, makeBot, sync, syncUnderWay } from "./users-at-work.ts";

const newBot = "01NEWBOT000000000000000000";
const valid = [{ definition: expect.stringContaining("(lists='100')") as string, valid: true }];

function load(world: SmallDeployment, onExisting?: "keep-target" | "replace-target", journaled = undisturbed) {
  return story["start-dms-migration"](world.stateDir, world.context(), journaled, { ...noWishes, onExisting });
}

async function verdicts(world: SmallDeployment): Promise<Record<string, string>> {
  const { verified } = await story["verify-counts"](world.stateDir, world.context(), undisturbed);
  expect(verified.outcome).toBe("identical");
  return Object.fromEntries(verified.bots.map(({ bot, verdict }) => [bot ?? "", verdict]));
}

/** What is known of the latest run's load. */
async function loadOfLatest(world: SmallDeployment) {
  const { account, region, clock } = world.context();
  const folder = await findRun(world.stateDir, { account, region, stack }, { id: undefined, closedToo: true });
  if (folder === undefined) throw new Error("there is no run");
  const run = await openRun(folder, clock);
  return world.onTarget(async (session) => ({
    decisions: await decisionsOf(session, run),
    stored: (await indexesBefore(session, run)).stored.length,
  }));
}

test("rows that users wrote since the deploy are refused, kept or replaced as the operator says, and undo gives back what there was", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  const [big, second, third, gone] = await botsOf(world);
  if (!big || !second || !third || !gone) throw new Error("too few bots");
  await world.onTarget(async (session) => {
    for (const bot of [big.id, second.id, newBot]) await insertRows(session, bot, 100, `since ${bot}`);
  });
  await makeBot(world, { owner: big.owner, id: newBot, title: "新しい" });
  const since = await digests(world);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  await deleteBot(world, gone);

  await expect(load(world)).rejects.toThrow(/holds 300 rows of 3 bots[^]*คู่มือพนักงาน": 100 rows/);
  expect(await digests(world)).toEqual(since);
  expect(await inventory(world.local)).not.toHaveProperty("schemas");

  await load(world, "keep-target");
  expect(await digests(world)).toMatchObject(since);
  expect(Object.keys(await digests(world)).toSorted()).toEqual([big.id, second.id, third.id, newBot].toSorted());
  expect(await verdicts(world)).toMatchObject({
    [big.id]: "kept",
    [second.id]: "kept",
    [third.id]: "equal",
    [gone.id]: "deleted since",
    [newBot]: "kept",
  });
  // One that was to stay has lost a row.
  const [lost] = await world.onTarget((session) =>
    session.query<{ row: string }>(
      `delete from items where id = (select max(id) from items where botid = $1) returning items::text as "row"`,
      [big.id],
    ),
  );
  const { verified: altered } = await story["verify-counts"](world.stateDir, world.context(), undisturbed);
  expect(altered).toMatchObject({ outcome: "different", differences: null });
  expect(altered.bots.find(({ bot }) => bot === big.id)?.verdict).toBe("altered");
  await world.onTarget((session) => session.query("insert into items select ($1::text::items).*", [lost?.row ?? ""]));
  expect(await verdicts(world)).toMatchObject({ [big.id]: "kept" });
  const later = "01LATER0000000000000000000";
  await world.onTarget((session) => insertRows(session, later, 3, "after the load"));
  await makeBot(world, { owner: big.owner, id: later, title: "" });
  expect(await verdicts(world)).toMatchObject({ [later]: "new since" });
  const fault = { service: "dynamodb", operation: "Scan", kind: "access-denied", times: 1 };
  await fetch(`${world.local.endpoint}/_local-aws/faults`, { method: "POST", body: JSON.stringify(fault) });
  const { verified } = await story["verify-counts"](world.stateDir, world.context(), undisturbed);
  expect(verified.outcome).toBe("unknown");
  await world.onTarget((session) => session.query("delete from items where botid = $1", [later]));
  await world.onTarget((session) => sync(session, third.id, 200, "a user at work"));
  expect(await verdicts(world)).toMatchObject({ [third.id]: "synced since" });
  const { [third.id]: synced, ...rest } = await digests(world);
  expect(rest).toEqual(since);
  const kept = await story.undo(world.stateDir, world.context(), undisturbed);
  expect(kept.undone).toMatchObject({ removed: 0, putBack: 0, left: [] });
  expect(await digests(world)).toEqual({ ...since, [third.id]: synced });
  expect(await indexes(world)).toEqual(valid);

  await world.onTarget((session) => session.query("delete from items where botid = $1", [third.id]));
  await load(world, "replace-target");
  // What was read of the temporary cluster before this load has set aside other bots.
  expect(await readdir(world.stateDir, { recursive: true })).not.toContainEqual(
    expect.stringMatching(/source-content/),
  );
  const replaced = await digests(world);
  expect(replaced).toMatchObject({ [newBot]: since[newBot] });
  expect([replaced[big.id], replaced[second.id]]).not.toContain(since[big.id]);
  expect(await verdicts(world)).toMatchObject({ [big.id]: "equal", [second.id]: "equal", [third.id]: "equal" });
  await world.onTarget((session) => sync(session, second.id, 200, "a user again"));
  await expect(story.undo(world.stateDir, killedWhenSaid(world, "loaded rows removed"), undisturbed)).rejects.toThrow(
    "killed",
  );
  // Half of it would be lost with the record, and a load has nothing to go on with.
  await expect(story.cleanup(world.stateDir, world.context(), undisturbed)).rejects.toThrow(/undo of this run/);
  await expect(load(world)).rejects.toThrow(/An undo of run .* has begun and not ended/);
  const { undone } = await story.undo(world.stateDir, world.context(), undisturbed);
  expect(undone).toMatchObject({ putBack: 100, left: [{ bot: second.id, rows: 100, why: "synced since" }] });
  const after = await digests(world);
  expect(after).toEqual({ ...since, [second.id]: after[second.id] });
  expect(await indexes(world)).toEqual(valid);
  expect((await story.cleanup(world.stateDir, world.context(), undisturbed)).cleaned.residue).toEqual([]);
  expect(await inventory(world.local)).toEqual(before);
});

test("a bot that is synced while the load runs is named, the index is there, and the operator's choice settles it", async () => {
  await using world = await smallDeployment();
  const [big, second, third, gone] = await botsOf(world);
  if (!big || !second || !third || !gone) throw new Error("too few bots");
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  // One sync that began before the loaded rows were there and ends after them, and one that saw them.
  let underWay: { readonly ended: Promise<void> } | undefined;
  const early = atStep("start-data-migration", async () => {
    underWay = await syncUnderWay(world, big.id, 7);
  });
  const late = atStep("settle-load", async () => {
    await world.onTarget((session) => sync(session, second.id, 9, "afterwards"));
    await deleteBot(world, gone);
  });
  await expect(load(world, undefined, (run) => early(late(run)))).rejects.toMatchObject({
    message: expect.stringMatching(new RegExp(`1 bots are not as they should be:\n.*${big.id} .* 7 rows`)) as string,
    hint: expect.stringContaining("--on-existing keep-target") as string,
  });
  await underWay?.ended;
  expect(await indexes(world)).toEqual(valid);
  await expect(load(world)).rejects.toThrow(big.id);
  await load(world, "keep-target");
  const found = await verdicts(world);
  expect(found).toMatchObject({ [big.id]: "synced since", [second.id]: "synced since", [third.id]: "equal" });
  expect(found[gone.id]).toBe("deleted since");
  const { undone } = await story.undo(world.stateDir, world.context(), undisturbed);
  expect(undone).toMatchObject({ putBack: 0, left: [] });
  expect(await loadOfLatest(world)).toMatchObject({ decisions: [] });
  expect(Object.keys(await digests(world)).toSorted()).toEqual([big.id, second.id].toSorted());
});

test("a cleanup does not drop the only copy of rows that a load was to replace", async () => {
  await using world = await smallDeployment();
  const [big] = await botsOf(world);
  if (!big) throw new Error("too few bots");
  await world.onTarget((session) => insertRows(session, big.id, 50, "mine"));
  const since = await digests(world);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  const killed = atStep("start-data-migration", () => Promise.reject(new Error("killed")), "before its line");
  await expect(load(world, "replace-target", killed)).rejects.toThrow("killed");
  expect(await digests(world)).toEqual({});
  await expect(story.cleanup(world.stateDir, world.context(), undisturbed)).rejects.toThrow(/50 rows of 1 bots/);
  await expect(load(world, "keep-target")).rejects.toThrow(/begun with --on-existing replace-target/);
  await story.undo(world.stateDir, world.context(), undisturbed);
  expect(await digests(world)).toEqual(since);
  expect(await indexes(world)).toEqual(valid);

  // As a concurrent build leaves it that was cut off.
  const invalid = atStep("finish-target", async () => {
    const { cluster } = await world.deployment();
    await world.local.world.rds.clusters
      .get(cluster.DBClusterIdentifier ?? "")
      ?.server.asSuperuser("postgres", (client) =>
        client.query(`
          create index idx_items_embedding on items using ivfflat (embedding) with (lists = 100);
          update pg_index set indisvalid = false where indexrelid = 'idx_items_embedding'::regclass`),
      );
  });
  const wishes = {
    ...noWishes,
    onExisting: "replace-target",
    conduct: { ...usualConduct, concurrently: true },
  } as const;
  const overDataApi = { ...world.context(), reach: { connect: "data-api", tunnels: {} } } as const;
  await expect(story["start-dms-migration"](world.stateDir, overDataApi, undisturbed, wishes)).rejects.toThrow(
    /--concurrently needs a connection of its own/,
  );
  await story["start-dms-migration"](world.stateDir, world.context(), invalid, wishes);
  expect(world.said).toContain("index idx_items_embedding: building; inserts go on");
  expect(await indexes(world)).toEqual(valid);
  const about = await loadOfLatest(world);
  await story.cleanup(world.stateDir, world.context(), undisturbed);
  expect(about).toMatchObject({ decisions: [{ bot: big.id, decision: "replaced", rows: 50 }], stored: valid.length });
  // The record is gone, and the journal still knows.
  expect(await loadOfLatest(world)).toEqual(about);

  // The same snapshot once more: what it replaces has the very ids that it loads.
  const loaded = await digests(world);
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  await load(world, "replace-target");
  await expect(
    story.undo(world.stateDir, killedWhenSaid(world, "replaced rows put back"), undisturbed),
  ).rejects.toThrow("killed");
  await story.undo(world.stateDir, world.context(), undisturbed);
  expect(await digests(world)).toEqual(loaded);

  // Kept, with the ids of a temporary cluster that was restored again, where nothing is set aside.
  const cutOff = atStep("settle-load", () => Promise.reject(new Error("killed")), "before its line");
  await expect(load(world, "keep-target", cutOff)).rejects.toThrow("killed");
  const temporary = [...world.local.world.rds.clusters.values()].find(({ identifier }) =>
    identifier.endsWith("-source"),
  );
  await temporary?.server.asSuperuser("postgres", (client) =>
    client.query(`insert into items select * from bedrock_chat_migrate.stored_item;
                  drop schema bedrock_chat_migrate cascade`),
  );
  await story.undo(world.stateDir, world.context(), undisturbed);
  expect(await digests(world)).toEqual(loaded);
  expect(await indexes(world)).toEqual(valid);
});
