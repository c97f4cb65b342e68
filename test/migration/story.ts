import type { Context } from "../../src/context.ts";
import { findRun, openRun, type Run } from "../../src/provision/run.ts";
import type { LoadWishes } from "../../src/steps/load-settings.ts";
import { cleanup } from "../../src/steps/cleanup.ts";
import { planFor } from "../../src/steps/plan-restore.ts";
import { repair, type RepairWishes } from "../../src/steps/repair.ts";
import { restoreSnapshot } from "../../src/steps/restore-snapshot.ts";
import { runToRestoreInto } from "../../src/steps/run-to-restore-into.ts";
import { type StartWishes, startDmsMigration } from "../../src/steps/start-dms-migration.ts";
import { undo } from "../../src/steps/undo.ts";
import { usualWishes, verifyCounts } from "../../src/steps/verify-counts.ts";
import { readDeployment } from "../../src/stack/deployment.ts";
import { stack } from "./small-deployment.ts";

/** What stands between a step and the run's journal: a test can crash there. */
export type Journaled = (run: Run) => Run;

/** All left to the defaults; without a snapshot of the target, which takes time and stays. */
export const noWishes: LoadWishes = { migrationType: undefined, dmsLogin: undefined, targetSnapshot: false };

/** The main job's commands, in this process: each opens the run anew, as a process of its own would. */
export const story = {
  async "restore-snapshot"(
    stateDir: string,
    context: Context,
    journaled: Journaled,
    wishes: LoadWishes & {
      readonly kmsKeyId?: string;
      readonly stackMinutes?: number;
      readonly snapshot?: string;
      readonly restoreMinutes?: number;
    } = noWishes,
  ) {
    const { migrationType, kmsKeyId, stackMinutes = 1, snapshot, restoreMinutes } = wishes;
    const stackTimeoutMs = stackMinutes * 60_000;
    const input = { stack, stackTimeoutMs, snapshot, sourceCluster: undefined, migrationType, kmsKeyId };
    const plan = (run: Run | undefined) => planFor(run, input, context);
    await using opened = await runToRestoreInto({ stateDir, stack, id: undefined }, plan, context);
    return { result: await restoreSnapshot(opened.plan, context, journaled(opened.run), restoreMinutes) };
  },
  async "start-dms-migration"(
    stateDir: string,
    context: Context,
    journaled: Journaled,
    wishes: StartWishes = noWishes,
  ) {
    const deployment = await readDeployment(context.aws, stack);
    const run = journaled(await openLatest(stateDir, context));
    return { result: await startDmsMigration(wishes, deployment, context, run) };
  },
  async "verify-counts"(stateDir: string, context: Context, journaled: Journaled, _wishes = noWishes) {
    const deployment = await readDeployment(context.aws, stack);
    return {
      verified: await verifyCounts(usualWishes, deployment, context, journaled(await openLatest(stateDir, context))),
    };
  },
  async repair(
    stateDir: string,
    context: Context,
    journaled: Journaled,
    { bots, confirm = async () => {} }: LoadWishes & Partial<RepairWishes> = noWishes,
  ) {
    const deployment = await readDeployment(context.aws, stack);
    const run = journaled(await openLatest(stateDir, context));
    return { repaired: await repair({ bots, confirm }, deployment, context, run) };
  },
  async undo(stateDir: string, context: Context, journaled: Journaled, _wishes = noWishes) {
    const deployment = await readDeployment(context.aws, stack);
    return { undone: await undo(deployment, context, journaled(await openLatest(stateDir, context))) };
  },
  async cleanup(stateDir: string, context: Context, journaled: Journaled, _wishes = noWishes) {
    const deployment = await readDeployment(context.aws, stack);
    return { cleaned: await cleanup(deployment, context, journaled(await openLatest(stateDir, context))) };
  },
} as const;

async function openLatest(stateDir: string, context: Context): Promise<Run> {
  const { account, region } = context;
  const folder = await findRun(stateDir, { account, region, stack }, { id: undefined, closedToo: false });
  if (folder === undefined) throw new Error("there is no open run");
  return openRun(folder, context.clock);
}

/** Whether the latest run has ended. */
export async function isClosed(stateDir: string, context: Context): Promise<boolean> {
  const { account, region } = context;
  const folder = await findRun(stateDir, { account, region, stack }, { id: undefined, closedToo: true });
  return folder?.closed === true;
}
