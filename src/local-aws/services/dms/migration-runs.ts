import type { DataMigration, StartReplicationMigrationTypeValue } from "@aws-sdk/client-database-migration-service";
import type { World } from "../../world.ts";
import type { NetworkInterfaces } from "./network-interfaces.ts";
import { fullLoad } from "./run/full-load.ts";
import { followReplication, fullLoadAndReplicate } from "./run/full-load-and-cdc.ts";
import { MigrationFailure, messageOf } from "./run/migration-failure.ts";
import { MigrationRun } from "./run/migration-run.ts";
import { planRun, type Plan } from "./run/plan.ts";
import { noteEnd } from "./run/progress.ts";
import { disableSubscription, enableSubscription, removeReplication } from "./run/replication.ts";
import { setState } from "./statuses.ts";

/** How long AWS takes, in its own seconds. Starting "takes up to 15 minutes" the first time; a restart needs no new environment. */
const seconds = { firstStart: 300, restart: 30, stop: 30, releaseOfInterfaces: 60 };

/** The runs of data migrations: they go on without the client that started them. */
export class MigrationRuns {
  readonly #latest = new Map<string, MigrationRun>();
  readonly #interfaces: NetworkInterfaces;

  constructor(interfaces: NetworkInterfaces) {
    this.#interfaces = interfaces;
  }

  /** Whether the migration was ever started: its type is then fixed. */
  hasRun(migration: DataMigration): boolean {
    return this.#latest.has(migration.DataMigrationArn ?? "");
  }

  start(world: World, migration: DataMigration, startType: StartReplicationMigrationTypeValue): void {
    const arn = migration.DataMigrationArn ?? "";
    const before = this.#latest.get(arn);
    const isFirst = before === undefined;
    if (isFirst) this.#interfaces.attach(world, subnetGroupOf(world, migration));
    const run = new MigrationRun(world, migration, before?.plan);
    this.#latest.set(arn, run);
    setState(migration, startType === "reload-target" ? "reloading-target" : "starting");
    migration.DataMigrationStartTime = new Date();
    migration.DataMigrationEndTime = undefined;
    // A resumed one keeps its counts; its time runs again.
    migration.DataMigrationStatistics = {
      ...migration.DataMigrationStatistics,
      StartTime: migration.DataMigrationStartTime,
      StopTime: undefined,
    };
    migration.LastFailureMessage = undefined;
    migration.StopReason = undefined;
    const wait = isFirst ? seconds.firstStart : seconds.restart;
    world.background(`data migration ${migration.DataMigrationName ?? ""}`, async () => {
      await carryOut(run, startType, wait).finally(() => {
        run.finish();
      });
    });
  }

  stop(world: World, migration: DataMigration): void {
    const run = this.#latest.get(migration.DataMigrationArn ?? "");
    setState(migration, "stopping");
    run?.stop();
    world.background(`stop of data migration ${migration.DataMigrationName ?? ""}`, async () => {
      await run?.finished;
      await endReplication(world, run?.plan);
      await world.clock.elapse(seconds.stop);
      noteEnd(migration, false);
      migration.StopReason = "Stopped by the user.";
      setState(migration, "stopped");
    });
  }

  /** At the end of a deletion: the network interfaces go a while later. */
  async forget(world: World, migration: DataMigration): Promise<void> {
    const arn = migration.DataMigrationArn ?? "";
    const run = this.#latest.get(arn);
    if (run === undefined) return;
    if (world.variants["subscription-after-stop"] === "dropped") await endReplication(world, run.plan);
    this.#latest.delete(arn);
    const subnetGroup = subnetGroupOf(world, migration);
    world.background("release of network interfaces", async () => {
      await world.clock.elapse(seconds.releaseOfInterfaces);
      this.#interfaces.detach(world, subnetGroup);
    });
  }
}

async function carryOut(run: MigrationRun, startType: StartReplicationMigrationTypeValue, wait: number): Promise<void> {
  const { migration } = run;
  try {
    await run.elapse(wait);
    const plan = await planRun(run.world, migration);
    run.plan = startType === "reload-target" ? { ...plan, mode: reloadMode(plan) } : plan;
    await load(run, run.plan, startType);
    noteEnd(migration, false);
    const end = run.world.variants["full-load-end"];
    if (end === "stopped") migration.StopReason = "Full load is complete.";
    setState(migration, end);
  } catch (error) {
    if (run.signal.aborted) return;
    if (error instanceof Error && error.name === "AbortError") throw error; // the local AWS itself stops
    noteEnd(migration, true);
    migration.LastFailureMessage = messageOf(error);
    setState(migration, "failed");
    if (!(error instanceof MigrationFailure)) throw error;
  }
}

/** What Stop does to the databases. One that can't be reached any more is left as it is. */
async function endReplication(world: World, plan: Plan | undefined): Promise<void> {
  if (plan?.replicates !== true) return;
  const end = world.variants["subscription-after-stop"] === "dropped" ? removeReplication : disableSubscription;
  await end(plan).catch(() => undefined);
}

/** Returns when the migration is complete: that of type `full-load` only. */
async function load(run: MigrationRun, plan: Plan, startType: StartReplicationMigrationTypeValue): Promise<void> {
  if (!plan.replicates) return await fullLoad(run, plan);
  if (startType === "resume-processing") {
    await enableSubscription(plan);
    setState(run.migration, "load-running");
    return await followReplication(run, plan);
  }
  if (startType === "reload-target") await removeReplication(plan);
  return await fullLoadAndReplicate(run, plan);
}

/** "Restart: AWS DMS deletes all data from your target database and starts … from scratch" (user guide, dm-migrating-data-manage). */
function reloadMode({ mode }: Plan): Plan["mode"] {
  return mode === "do-nothing" ? "truncate" : mode;
}

function subnetGroupOf(world: World, migration: DataMigration): string {
  const project = world.dms.migrationProjects.get(migration.MigrationProjectArn ?? "");
  return world.dms.instanceProfiles.get(project?.InstanceProfileArn ?? "")?.SubnetGroupIdentifier ?? "";
}
