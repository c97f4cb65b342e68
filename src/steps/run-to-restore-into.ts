import { commandFor } from "../command-for.ts";
import type { Context } from "../context.ts";
import { ExpectedError } from "../errors.ts";
import { findByTag } from "../provision/find-by-tag.ts";
import { openOrBegin, type PlannedRun, type WantedRun } from "../provision/open-or-begin.ts";
import type { Run } from "../provision/run.ts";
import { rdsCluster } from "../resources/rds-cluster.ts";

/**
 * The open run of this account, Region and stack, or a new one, where no other is left whose journal is not here. Locked until it is disposed of.
 */
export async function runToRestoreInto<Plan>(
  wanted: WantedRun,
  makePlan: (run: Run | undefined) => Promise<Plan>,
  context: Context,
): Promise<PlannedRun<Plan>> {
  return openOrBegin(wanted, makePlan, context, () => refuseUnrecordedRuns(wanted, context));
}

/** A run that is not recorded here may be another operator's, or one whose journal is lost: a second temporary cluster would be the result. */
async function refuseUnrecordedRuns({ stateDir, stack }: WantedRun, context: Context): Promise<void> {
  const clusters = await findByTag([rdsCluster], context);
  const left = clusters.find((one) => one.stack === stack);
  if (left === undefined) return;
  throw new ExpectedError(
    `Run ${left.run} of stack ${stack} has a temporary cluster (${left.name}), and its journal is not in ${stateDir}.`,
    `Go on with it from the folder that has its journal (--state-dir), or end it: ${commandFor("cleanup", { stack, run: left.run })}`,
  );
}
