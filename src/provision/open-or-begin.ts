import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { beginRun, findRun, openRun, type Run } from "./run.ts";
import { lockRun } from "./run-lock.ts";

/** A run that a command works on, locked until it is disposed of, with what was planned before. */
export interface PlannedRun<Plan> extends AsyncDisposable {
  readonly run: Run;
  readonly plan: Plan;
}

/** Which run: where the journals are, and the id that the operator named. */
export interface WantedRun {
  readonly stateDir: string;
  readonly stack: string;
  readonly id: string | undefined;
}

/**
 * The open run of this account, Region and stack, or a new one: begun only after the plan stands, so that a refusal leaves nothing behind. Throws a
 * UsageError for a run that is named and not there, and what `mayBegin` throws where a new one must not begin.
 */
export async function openOrBegin<Plan>(
  wanted: WantedRun,
  makePlan: (run: Run | undefined) => Promise<Plan>,
  context: Context,
  mayBegin: () => Promise<void> = async () => {},
): Promise<PlannedRun<Plan>> {
  const scope = { account: context.account, region: context.region, stack: wanted.stack };
  const folder = await findRun(wanted.stateDir, scope, { id: wanted.id, closedToo: false });
  if (folder === undefined) {
    const plan = await makePlan(undefined);
    if (wanted.id !== undefined)
      throw new UsageError(
        `There is no run ${wanted.id} in ${wanted.stateDir}.`,
        "Leave --run out to begin a new one, or name the right folder with --state-dir.",
      );
    await mayBegin();
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
