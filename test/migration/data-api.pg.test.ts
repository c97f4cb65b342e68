import { expect, test } from "vitest";
import type { Context } from "../../src/context.ts";
import type { DbCluster } from "../../src/local-aws/services/rds/state.ts";
import { atStep, undisturbed } from "./at-step.ts";
import { inventory, successfulCalls } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment } from "./small-deployment.ts";
import { story } from "./story.ts";

/** A connection of the command's own would fail: there is no such CA file. */
function overDataApi(world: SmallDeployment, signal?: AbortSignal): Context {
  return { ...world.context(signal), caFile: "/nowhere.pem", reach: { connect: "data-api", tunnels: {} } };
}

/** The cluster of now. */
async function targetCluster(world: SmallDeployment): Promise<DbCluster> {
  const arn = (await world.deployment()).database.clusterArn;
  const found = [...world.local.world.rds.clusters.values()].find((cluster) => cluster.arn === arn);
  if (found === undefined) throw new Error(`no cluster ${arn}`);
  return found;
}

/** Runs a statement, and keeps what it holds until the function that it gives is called. */
async function holding({ server }: DbCluster, statement: string): Promise<() => void> {
  return new Promise((held, failed) => {
    const work = server.asSuperuser("postgres", async (client) => {
      await client.query(statement);
      await new Promise<void>((release) => held(release));
    });
    work.catch(failed);
  });
}

test("over the Data API alone the story ends identical, though clusters pause, answers are lost, locks are held and the index build is cut off", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  const target = await targetCluster(world);
  const onTarget = async (statement: string): Promise<unknown[]> =>
    target.server.asSuperuser("postgres", async (client) => (await client.query(statement)).rows);
  const said = () => world.said.join("\n");
  const faults = [
    { service: "rds-data", operation: "*", kind: "resuming", times: 1_000, every: 9 },
    { service: "rds-data", operation: "*", kind: "throttle", times: 1_000, every: 17 },
    // Done, but nobody hears of it.
    { service: "rds-data", operation: "CommitTransaction", kind: "effect-without-answer", times: 1_000, every: 2 },
  ];
  await fetch(`${world.local.endpoint}/_local-aws/faults`, { method: "POST", body: JSON.stringify(faults) });
  await story["restore-snapshot"](world.stateDir, overDataApi(world), undisturbed);

  const lockedAtFirst = atStep("prepare-target", async () => {
    const release = await holding(target, "begin; lock table items in row exclusive mode");
    // That the lock was not had is known by its SQLSTATE.
    void expect.poll(said, { timeout: 30_000 }).toContain("locked by others, trying again").finally(release);
  });
  let release = (): void => undefined;
  const held = atStep("finish-target", async () => {
    await onTarget(`
      create function hold() returns trigger language plpgsql set lock_timeout = 0
        as 'begin perform pg_advisory_xact_lock(42); return new; end';
      create trigger hold before update on bedrock_chat_migrate.stored_index execute function hold()`);
    release = await holding(target, "select pg_advisory_lock(42)");
  });
  const kill = new AbortController();
  const start = story["start-dms-migration"];
  const killed = start(world.stateDir, overDataApi(world, kill.signal), (run) => lockedAtFirst(held(run)));
  const ended = expect(killed).rejects.toThrow("killed");
  const building = "select 1 from pg_locks where locktype = 'advisory' and objid = 42 and not granted";
  await expect.poll(() => onTarget(building), { timeout: 30_000 }).toHaveLength(1);
  kill.abort(new Error("killed"));
  await ended;
  expect(said()).toContain("locked by others, trying again");

  const again = start(world.stateDir, overDataApi(world), undisturbed);
  await expect.poll(said, { timeout: 30_000 }).toContain("is being built already");
  expect(await onTarget(building)).toHaveLength(1);
  release();
  expect((await again).result).toMatchObject({ rows: 60, indexes: ["idx_items_embedding"] });
  expect(await onTarget("select indisvalid from pg_index where indexrelid = 'idx_items_embedding'::regclass")).toEqual([
    { indisvalid: true },
  ]);
  await onTarget("drop function hold() cascade");
  expect(said()).toContain("was paused, and resumes");
  const { verified } = await story["verify-counts"](world.stateDir, overDataApi(world), undisturbed);
  expect(verified).toMatchObject({ outcome: "identical", rows: { source: 60, target: 60 } });
  expect((await story.cleanup(world.stateDir, overDataApi(world), undisturbed)).cleaned.residue).toEqual([]);
  expect(await inventory(world.local)).toEqual(before);
  expect((await successfulCalls(world.local)).get("EnableHttpEndpoint")).toBe(1);
});
