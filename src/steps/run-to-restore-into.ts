import type { Context } from "../context.ts";
import { beginRun, findRun, openRun, type Run } from "../provision/run.ts";
import { lockRun } from "../provision/run-lock.ts";

export interface RunToRestoreInto<Plan> extends AsyncDisposable {
  readonly run: Run;
  readonly plan: Plan;
}

/**
 * The open run of this account, Region and stack, or a new one: begun only after the plan stands, so that a refusal leaves nothing behind.
 * Locked until it is disposed of.
 */
export async function runToRestoreInto<Plan>(
  wanted: { readonly stateDir: string; readonly stack: string; readonly id: string | undefined },
  makePlan: (run: Run | undefined) => Promise<Plan>,
  context: Context,
): Promise<RunToRestoreInto<Plan>> {
  const scope = { account: context.account, region: context.region, stack: wanted.stack };
  const folder = await findRun(wanted.stateDir, scope, { id: wanted.id, closedToo: false });
  if (folder === undefined) {
    const plan = await makePlan(undefined);
    const run = await beginRun(wanted.stateDir, scope, context.clock);
    return { run, plan, ...(await lockRun(run.directory)) };
  }
  const lock = await lockRun(folder.directory);
  try {
    const run = await openRun(folder, context.clock);
    return { run, plan: await makePlan(run), ...lock };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}
