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

async function proveAndClean(world: SmallDeployment, context: Context): Promise<void> {
  const { verified } = await story["verify-counts"](world.stateDir, context, undisturbed);
  expect(verified).toMatchObject({ outcome: "identical", rows: { source: 60, target: 60 } });
  expect((await story.cleanup(world.stateDir, context, undisturbed)).cleaned.residue).toEqual([]);
}

test("over the Data API alone the whole story ends identical, with clusters that pause and locks that are held", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  const context = overDataApi(world);
  const pausing = { service: "rds-data", operation: "*", kind: "resuming", times: 1_000, every: 9 };
  const ordered = await fetch(`${world.local.endpoint}/_local-aws/faults`, {
    method: "POST",
    body: JSON.stringify(pausing),
  });
  expect(ordered.status).toBeLessThan(300);
  await story["restore-snapshot"](world.stateDir, context, undisturbed);
  const target = await targetCluster(world);
  let release = (): void => undefined;
  const locked = atStep("prepare-target", async () => {
    release = await holding(target, "begin; lock table items in row exclusive mode");
  });
  const waiting = story["start-dms-migration"](world.stateDir, context, locked);
  // 55P03 is told by its SQLSTATE, in the text of the answer.
  await expect.poll(() => world.said.join("\n"), { timeout: 30_000 }).toContain("locked by others, trying again");
  release();
  await waiting;
  expect(world.said.join("\n")).toContain("was paused, and resumes");
  await proveAndClean(world, context);
  expect(await inventory(world.local)).toEqual(before);
  expect((await successfulCalls(world.local)).get("EnableHttpEndpoint")).toBe(1);
});

test("an index build outlives the command that began it: the same command finds it, and no second one is begun", async () => {
  await using world = await smallDeployment();
  const target = await targetCluster(world);
  const onTarget = async (statement: string): Promise<unknown[]> =>
    target.server.asSuperuser("postgres", async (client) => (await client.query(statement)).rows);
  await story["restore-snapshot"](world.stateDir, overDataApi(world), undisturbed);

  const kill = new AbortController();
  let release = (): void => undefined;
  const slowly = atStep("finish-target", async () => {
    await onTarget(`
      create function hold() returns trigger language plpgsql set lock_timeout = 0
        as 'begin perform pg_advisory_xact_lock(42); return new; end';
      create trigger hold before update on bedrock_chat_migrate.stored_index execute function hold()`);
    release = await holding(target, "select pg_advisory_lock(42)");
  });
  const killed = story["start-dms-migration"](world.stateDir, overDataApi(world, kill.signal), slowly);
  const ended = expect(killed).rejects.toThrow("killed");
  const waits = "select 1 from pg_locks where locktype = 'advisory' and objid = 42 and not granted";
  await expect.poll(() => onTarget(waits), { timeout: 30_000 }).toHaveLength(1);
  kill.abort(new Error("killed"));
  await ended;

  const again = story["start-dms-migration"](world.stateDir, overDataApi(world), undisturbed);
  await expect.poll(() => world.said.join("\n"), { timeout: 30_000 }).toContain("is being built already");
  expect(await onTarget(waits)).toHaveLength(1);
  release();
  expect((await again).result).toMatchObject({ rows: 60, indexes: ["idx_items_embedding"] });
  expect(await onTarget("select indisvalid from pg_index where indexrelid = 'idx_items_embedding'::regclass")).toEqual([
    { indisvalid: true },
  ]);
  await onTarget("drop function hold() cascade");
  await proveAndClean(world, overDataApi(world));
});
