import { commandFor } from "../command-for.ts";
import type { Context } from "../context.ts";
import { ExpectedError, UsageError } from "../errors.ts";
import { findByTag } from "../provision/find-by-tag.ts";
import { beginRun, findRun, openRun, type Run } from "../provision/run.ts";
import { lockRun } from "../provision/run-lock.ts";
import { rdsCluster } from "../resources/rds-cluster.ts";

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
    await refuseUnrecordedRuns(wanted, context);
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

/** A run that is not recorded here may be another operator's, or one whose journal is lost: a second temporary cluster would be the result. */
async function refuseUnrecordedRuns(
  wanted: { readonly stateDir: string; readonly stack: string; readonly id: string | undefined },
  context: Context,
): Promise<void> {
  if (wanted.id !== undefined)
    throw new UsageError(
      `There is no run ${wanted.id} in ${wanted.stateDir}.`,
      "Leave --run out to begin a new one, or name the right folder with --state-dir.",
    );
  const clusters = await findByTag([rdsCluster], context);
  const left = clusters.find((one) => one.stack === wanted.stack);
  if (left === undefined) return;
  throw new ExpectedError(
    `Run ${left.run} of stack ${wanted.stack} has a temporary cluster (${left.name}), and its journal is not in ${wanted.stateDir}.`,
    `Go on with it from the folder that has its journal (--state-dir), or end it: ${commandFor("cleanup", { stack: wanted.stack, run: left.run })}`,
  );
}
