import { commandFor } from "../command-for.ts";
import { unlessAws } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import { type Database, UnreachableError } from "../database/session.ts";
import { withSession } from "../database/with-session.ts";
import { ExpectedError, OtherCommandError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import type { Deployment } from "../stack/deployment.ts";
import { type Look, waitFor } from "../wait.ts";
import { type HeldTarget, holdTarget } from "./hold-target.ts";
import { judgeOutage } from "./judge-outage.ts";
import { restoreAfterFailure } from "./restore-after-failure.ts";

export interface Outages {
  readonly command: string;
  readonly deployment: Deployment;
  readonly source: Database;
  /** How long to wait each time, in milliseconds. */
  readonly limitMs: number;
}

/** So many in one load are no coincidence. */
const mostOutages = 20;

/**
 * Does work that can be gone on with by doing it again, through outages of the databases: a restart (a minor upgrade), a new cluster that the
 * stack's schedule has stopped (it is started again), a password that was changed. The lease is taken anew after each. Where the work fails, the
 * vector index is put back. Throws an OtherCommandError where another command has taken the target meanwhile.
 */
export async function throughOutages<T>(
  held: HeldTarget,
  outages: Outages,
  context: Context,
  run: Run,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  return attempt(held, 1);

  async function attempt(holding: HeldTarget, number: number): Promise<T> {
    try {
      return await work(holding.context);
    } catch (error) {
      context.signal.throwIfAborted();
      // A call that was under way when the lease was lost says only that it was aborted.
      const reason: unknown = holding.context.signal.aborted ? holding.context.signal.reason : error;
      if (!(reason instanceof UnreachableError) || number > mostOutages) {
        // Under this attempt's lease: an earlier one may have been lost, and its context with it.
        await restoreAfterFailure(reason, outages.deployment.database, holding.context, run);
        throw reason;
      }
      await rideOut(reason, outages, context, run);
    }
    await using again = await holdTarget(outages.deployment.database, outages.command, context, run);
    if (!again.holds) throw recordGone(run);
    return await attempt(again, number + 1);
  }
}

/** The target does not hold this run's record any more. */
export function recordGone(run: Run): OtherCommandError {
  return new OtherCommandError(
    `The record of run ${run.id} in the new cluster is gone: another command has ended this run meanwhile.`,
    `\`${commandFor("status", run)}\` shows what is there.`,
  );
}

/** Where a run that has begun finds the new cluster stopped, or on its way: waits until it answers, and starts it. */
export async function awaitTarget({ deployment, ...more }: Outages, context: Context, run: Run): Promise<void> {
  const status = deployment.cluster.Status;
  if (!run.state().steps.has("prepare-target") || judgeOutage(status).verdict === "look") return;
  const outage = new UnreachableError(`The new cluster is ${status}.`, "");
  await rideOut(outage, { deployment, ...more }, context, run);
}

/** Waits until both databases answer again. */
async function rideOut(
  outage: UnreachableError,
  { deployment, source, limitMs }: Outages,
  context: Context,
  run: Run,
): Promise<void> {
  await run.journal.append({ event: "noted", name: "outage", value: outage.message });
  context.progress.say(`${outage.message.replace(/\.?$/, ".")} Waiting for it.`);
  using task = context.progress.begin("databases");
  const wait = { timeoutMs: limitMs, onState: (state: string) => task.state(state) };
  const target = deployment.database;
  await waitFor("The new cluster", () => lookAtTarget(deployment, context, run), context, wait);
  await waitFor("The temporary cluster", () => answers(source, context), context, wait);
  task.end(`${target.label} and ${source.label} answer again; going on`);
}

async function lookAtTarget({ cluster, database }: Deployment, context: Context, run: Run): Promise<Look<true>> {
  const { rds } = context.aws;
  const DBClusterIdentifier = cluster.DBClusterIdentifier ?? "";
  const found = await unlessAws(["DBClusterNotFoundFault"], () => rds.describeDBClusters({ DBClusterIdentifier }));
  const status = found?.DBClusters?.[0]?.Status;
  const judged = judgeOutage(status);
  if (judged.verdict === "hopeless")
    throw new ExpectedError(
      `The new cluster ${DBClusterIdentifier} is lost to this run: ${judged.why}.`,
      `\`${commandFor("cleanup", run)}\` removes what this run has made elsewhere; then begin again with the cluster that the stack has.`,
    );
  if (judged.verdict === "look") return answers(database, context);
  if (judged.verdict === "start") {
    await run.journal.append({ event: "noted", name: "started-target-again", value: DBClusterIdentifier });
    context.progress.say(
      `new cluster ${DBClusterIdentifier}: was stopped (by the stack's schedule?), starting it again`,
    );
    await unlessAws(["InvalidDBClusterStateFault"], () => rds.startDBCluster({ DBClusterIdentifier }));
  }
  return { done: false, state: `the new cluster is ${status}` };
}

async function answers(database: Database, context: Context): Promise<Look<true>> {
  try {
    await withSession(database, context, (session) => session.query("select 1"));
    return { done: true, value: true };
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return { done: false, state: error.message };
  }
}
