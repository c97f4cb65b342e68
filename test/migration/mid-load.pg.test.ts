import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import { expect, test, vi } from "vitest";
import type { Context } from "../../src/context.ts";
import { ExpectedError } from "../../src/errors.ts";
import { UnreachableError } from "../../src/database/session.ts";
import { Interrupted } from "../../src/errors.ts";
import { beginReboot } from "../../src/local-aws/services/rds/instances.ts";
import { beginStopCluster } from "../../src/local-aws/services/rds/modify-cluster.ts";
import { setMasterPassword } from "../../src/local-aws/services/rds/to-completion.ts";
import type { Run } from "../../src/provision/run.ts";
import { usualConduct } from "../../src/steps/load-conduct.ts";
import { dataMigrationName } from "../../src/steps/dms-graph.ts";
import { recoverRun } from "../../src/steps/recover-run.ts";
import { throughOutages } from "../../src/steps/ride-out-outage.ts";
import { temporaryDatabase } from "../../src/steps/temporary-cluster.ts";
import { indexesOfItems, inventory, successfulCalls } from "./local-aws-view.ts";
import { type SmallDeployment, smallDeployment } from "./small-deployment.ts";
import { atStep, undisturbed } from "./at-step.ts";
import { type Journaled, noWishes, story } from "./story.ts";

const pausing = { ...noWishes, conduct: { ...usualConduct, pauseSync: true } };

/** Several disturbances of one command. */
function all(...disturbances: readonly Journaled[]): Journaled {
  return (run: Run) => disturbances.reduce((disturbed, one) => one(disturbed), run);
}

function onlyOnce(act: () => Promise<unknown>): () => Promise<void> {
  let acted = false;
  return async () => {
    if (acted) return;
    acted = true;
    await act();
  };
}

async function targetOf(world: SmallDeployment) {
  const { cluster, database } = await world.deployment();
  const target = world.local.world.rds.clusters.get(cluster.DBClusterIdentifier ?? "");
  if (target === undefined) throw new Error("there is no new cluster");
  return { target, database };
}

/** What the stack's rotation does: another password, in the database and in the secret. */
async function rotate(world: SmallDeployment): Promise<void> {
  const { target, database } = await targetOf(world);
  const secret = world.local.world.secrets.get(database.secretArn);
  if (secret === undefined) throw new Error("there is no secret");
  const password = `Rotated${Date.now()}`;
  await setMasterPassword(world.local.world, target, password);
  secret.value = JSON.stringify({ ...(JSON.parse(secret.value) as object), password });
}

/** A context whose clock runs ten times as fast: a lease of five seconds is lost in half of one that the cluster is out of reach. */
function hasty(world: SmallDeployment): Context {
  const { clock, ...context } = world.context();
  const began = clock.now();
  return {
    ...context,
    clock: {
      now: () => began + (clock.now() - began) * 10,
      sleep: (milliseconds, signal) => clock.sleep(milliseconds / 10, signal),
    },
  };
}

function pipeStates(world: SmallDeployment): string[] {
  return [...world.local.world.pipes.values()].map(({ currentState }) => currentState);
}

/** A load that was in an outage which lost its lease, and fails when it goes on. */
async function failAfterOutage(world: SmallDeployment, run: Run): Promise<void> {
  const [context, deployment] = [world.context(), await world.deployment()];
  const signal = AbortSignal.abort(new UnreachableError("The new cluster was out of reach.", ""));
  await using lost = {
    context: { ...context, signal },
    holds: true,
    stopRenewing: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const outages = { command: "test", deployment, source: await temporaryDatabase(context, run), limitMs: 60_000 };
  const work = async (now: Context): Promise<never> => {
    now.signal.throwIfAborted();
    throw new ExpectedError("failed after an outage", "");
  };
  await throughOutages(lost, outages, context, run, work);
}

async function proveAndClean(world: SmallDeployment, before: unknown): Promise<void> {
  const { verified } = await story["verify-counts"](world.stateDir, world.context(), undisturbed);
  expect(verified).toMatchObject({ outcome: "identical", rows: { source: 60, target: 60 } });
  expect((await story.cleanup(world.stateDir, world.context(), undisturbed)).cleaned.residue).toEqual([]);
  await world.onTarget((session) => session.query("truncate items"));
  expect(await inventory(world.local)).toEqual(before);
}

/** Keeps the copy from beginning, and stops the cluster when it is being waited for: as the stack's schedule would in the middle of it. */
async function stopInMidCopy(world: SmallDeployment): Promise<void> {
  const { target } = await targetOf(world);
  const locked = new AbortController();
  void target.server
    .asSuperuser("postgres", async (client) => {
      await client.query("begin; lock table items in share mode");
      locked.abort();
      await vi.waitUntil(() => world.said.some((line) => line.includes("load copying")), { timeout: 20_000 });
    })
    .then(() =>
      world.local.world.background("the schedule", beginStopCluster(world.local.world, target.identifier).finish),
    );
  await once(locked.signal, "abort");
}

async function restart(world: SmallDeployment): Promise<void> {
  const { target } = await targetOf(world);
  await beginReboot(world.local.world, target.instances[0]?.identifier).finish();
}

async function leaseHolders(world: SmallDeployment): Promise<(string | null)[]> {
  const rows = await world.onTarget((session) =>
    session.query<{ holder: string | null }>(`select lease_holder as "holder" from bedrock_chat_migrate.run`),
  );
  return rows.map(({ holder }) => holder);
}

async function hasVectorIndex(world: SmallDeployment): Promise<boolean> {
  return (await indexesOfItems(world.local)).some((index) => index.includes("idx_items_embedding"));
}

test("rotation, the stop schedule in mid-copy and a restart at the end: one command lives through them, holds the target, and syncs wait meanwhile", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  const context = world.context();
  await story["restore-snapshot"](world.stateDir, context, undisturbed);
  const states: string[][] = [];
  const holders: (string | null)[][] = [];
  let run: Run | undefined;
  let restarting: Promise<void> | undefined;
  const disturbed = all(
    atStep("run-data-migration", async (one) => {
      run = one;
      states.push(pipeStates(world));
    }),
    atStep(
      "start-data-migration",
      onlyOnce(() => rotate(world)),
    ),
    atStep(
      "start-data-migration",
      onlyOnce(() => stopInMidCopy(world)),
    ),
    atStep("finish-target", async () => holders.push(await leaseHolders(world))),
    atStep(
      "finish-target",
      onlyOnce(async () => void (restarting = restart(world))),
    ),
  );
  const { result } = await story["start-dms-migration"](world.stateDir, hasty(world), disturbed, pausing);
  await restarting;
  expect(holders).not.toEqual([]);
  expect(holders.flat()).not.toContain(null);
  expect(result).toMatchObject({ rows: 60, indexes: ["idx_items_embedding"] });
  expect(new Set(states.flat())).toEqual(new Set(["STOPPED"]));
  expect(pipeStates(world)).toEqual(["RUNNING"]);
  const noted = run?.journal.lines.filter((line) => line.event === "noted").map(({ name }) => name);
  expect(noted).toEqual(expect.arrayContaining(["paused-pipes", "outage", "started-target-again"]));
  await proveAndClean(world, before);
});

/** Starts the run's data migration as the tool would, lets it load everything, and stops it: somebody else, or DMS itself after three days. */
async function loadedAndStopped(world: SmallDeployment, run: Run, stopReason: string): Promise<DataMigration> {
  const { dms } = world.context().aws;
  const name = dataMigrationName(run.id);
  const found = [...world.local.world.dms.dataMigrations.values()].find((one) => one.DataMigrationName === name);
  if (found === undefined) throw new Error("there is no data migration");
  const reached = (status: string) =>
    vi.waitUntil(() => found.DataMigrationStatus === status, { timeout: 20_000, interval: 10 });
  const DataMigrationIdentifier = found.DataMigrationArn;
  await dms.startDataMigration({ DataMigrationIdentifier, StartType: "start-replication" });
  await reached("load-complete-replication-ongoing");
  await dms.stopDataMigration({ DataMigrationIdentifier });
  await reached("stopped");
  found.StopReason = stopReason;
  return found;
}

/** What fails leaves its subscription at work. */
async function failInstead(world: SmallDeployment, migration: DataMigration): Promise<void> {
  Object.assign(migration, { DataMigrationStatus: "failed", LastFailureMessage: "An internal error." });
  const { target } = await targetOf(world);
  await target.server.asSuperuser("postgres", async (client) => {
    const { rows } = await client.query<{ name: string }>("select subname as name from pg_subscription");
    await client.query(`alter subscription ${rows[0]?.name} enable`);
  });
}

test("a load that DMS has ended when rows had arrived is resumed, or gone on with where it failed; none is copied twice", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  const context = world.context();
  const start = story["start-dms-migration"];
  await story["restore-snapshot"](world.stateDir, context, undisturbed);
  for (const end of ["stopped", "failed"] as const) {
    const ended = atStep("start-data-migration", async (run) => {
      const migration = await loadedAndStopped(world, run, "Three days are over.");
      if (end === "failed") await failInstead(world, migration);
      throw new Error("killed");
    });
    await expect(start(world.stateDir, context, ended)).rejects.toThrow("killed");
    expect((await start(world.stateDir, context, undisturbed)).result.rows).toBe(60);
    if (end === "stopped") await story.undo(world.stateDir, context, undisturbed);
  }
  await proveAndClean(world, before);
  expect(world.said.join("\n")).toMatch(/stopped: Three days are over\.; rows have arrived, it is resumed/);
  // Twice from here, and once to resume.
  expect((await successfulCalls(world.local)).get("StartDataMigration")).toBe(3);
});

/** A context whose process can die: nothing reaches AWS any more, nor, without a secret, a database. */
function mortal(world: SmallDeployment): { readonly context: Context; readonly die: () => void } {
  const context = world.context();
  let dead = false;
  const services = Object.entries(context.aws).map(([service, client]) => {
    const operations = new Proxy(client as Record<string, (input: unknown) => unknown>, {
      get: (operation, name) => (input: unknown) =>
        dead ? Promise.reject(new Error("killed")) : operation[String(name)]?.(input),
    });
    return [service, operations];
  });
  return {
    context: { ...context, aws: Object.fromEntries(services) as Context["aws"] },
    die: () => void (dead = true),
  };
}

test("the pipe runs again after a load that is stuck, Ctrl-C, and a kill with a cleanup that has no journal; the index is back only after a failure", async () => {
  await using world = await smallDeployment();
  const before = await inventory(world.local);
  const { clock } = world.local.world;
  const start = story["start-dms-migration"];
  await story["restore-snapshot"](world.stateDir, world.context(), undisturbed);
  const elapse = clock.elapse.bind(clock);
  let run: Run | undefined;
  const stuck = atStep("start-data-migration", async (one) => {
    run = one;
    clock.elapse = (seconds) => elapse(seconds === 300 ? 1e9 : seconds);
  });
  const limits = { ...usualConduct.limits, startingMs: 200 };
  await expect(
    start(world.stateDir, world.context(), stuck, {
      ...noWishes,
      conduct: { ...usualConduct, pauseSync: true, limits },
    }),
  ).rejects.toMatchObject({ exitCode: 4, message: expect.stringMatching(/still "starting"/) as string });
  // DMS may start yet: a copy would have to maintain the index row by row.
  expect([await hasVectorIndex(world), pipeStates(world)]).toEqual([false, ["RUNNING"]]);

  if (run === undefined) throw new Error("the load was not started");
  await expect(failAfterOutage(world, run)).rejects.toThrow("failed after an outage");
  expect(await hasVectorIndex(world)).toBe(true);

  const interrupt = new AbortController();
  const whenFollowing = (act: () => void) =>
    vi.waitUntil(() => world.said.some((line) => line.includes("load starting")), { timeout: 20_000 }).then(act);
  world.said.length = 0;
  const interrupted = start(world.stateDir, world.context(interrupt.signal), undisturbed, pausing);
  await whenFollowing(() => interrupt.abort(new Interrupted()));
  await expect(interrupted).rejects.toThrow(Interrupted);
  expect(pipeStates(world)).toEqual(["RUNNING"]);

  const { context, die } = mortal(world);
  world.said.length = 0;
  const killed = start(world.stateDir, context, undisturbed, pausing);
  await whenFollowing(die);
  await expect(killed).rejects.toThrow("killed");
  expect(pipeStates(world)).toEqual(["STOPPED"]);
  await world.onTarget((session) => session.query("update bedrock_chat_migrate.run set lease_until = now()"));
  clock.elapse = elapse;
  const elsewhere = await mkdtemp(join(tmpdir(), "bcm-test-elsewhere-"));
  await recoverRun({ stateDir: elsewhere, id: undefined }, await world.deployment(), world.context());
  const { cleaned } = await story.cleanup(elsewhere, world.context(), undisturbed);
  expect(cleaned.residue).toEqual([]);
  expect(await inventory(world.local)).toEqual(before);
});
