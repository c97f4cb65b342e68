import type { DescribePipeResponse } from "@aws-sdk/client-pipes";
import { unlessAws } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import { ExpectedError } from "../errors.ts";
import { type Look, waitFor } from "../wait.ts";

/** A delay of two minutes is usual (EventBridge User Guide, pipes-start-stop). */
const timeoutMs = 15 * 60_000;

/** Whether a pipe is meant to run. Throws what AWS answers where there is none. */
export async function isMeantToRun(pipe: string, { aws }: Context): Promise<boolean> {
  return (await aws.pipes.describePipe({ Name: pipe })).DesiredState === "RUNNING";
}

/** Stops a pipe and waits until it has stopped. */
export async function stopPipe(pipe: string, context: Context): Promise<void> {
  using task = context.progress.begin(`pipe ${pipe}`);
  await reach("STOPPED", pipe, () => task.state("stopping"), context);
  task.end(
    "stopped; syncs that users begin from now on wait in the stream of the bots' table, which keeps them 24 hours",
  );
}

/** Starts a pipe and waits until it runs. One that is gone needs nothing. */
export async function startPipe(pipe: string, context: Context): Promise<void> {
  using task = context.progress.begin(`pipe ${pipe}`);
  const found = await reach("RUNNING", pipe, () => task.state("starting"), context);
  task.end(found ? "runs again" : "is gone: the stack was changed meanwhile");
}

/** Asks as long as it takes: a pipe that is on its way somewhere else takes no order. Whether the pipe is there. */
async function reach(
  wanted: "RUNNING" | "STOPPED",
  pipe: string,
  onState: () => void,
  context: Context,
): Promise<boolean> {
  const { pipes } = context.aws;
  const order = wanted === "RUNNING" ? pipes.startPipe : pipes.stopPipe;
  let asked = false;
  const look = async (): Promise<Look<boolean>> => {
    const found = await unlessAws(["NotFoundException"], () => pipes.describePipe({ Name: pipe }));
    if (found === undefined) return { done: true, value: false };
    // Right after another order a pipe is still where it was: it is there to stay only where it is meant to be there.
    if (found.CurrentState === wanted && found.DesiredState === wanted) return { done: true, value: true };
    if (asked && found.CurrentState?.endsWith("_FAILED") === true) throw failed(wanted, pipe, found);
    if (found.DesiredState !== wanted || !asked)
      asked = (await unlessAws(["ConflictException"], () => order({ Name: pipe }))) !== undefined;
    return { done: false, state: found.CurrentState ?? "" };
  };
  return waitFor(`Pipe ${pipe}`, look, context, { timeoutMs, onState });
}

function failed(wanted: string, pipe: string, { CurrentState, StateReason }: DescribePipeResponse): ExpectedError {
  return new ExpectedError(
    `Pipe ${pipe} is ${CurrentState} and not ${wanted}: ${StateReason ?? "no reason given"}`,
    `Mend the cause; \`aws pipes ${wanted === "RUNNING" ? "start" : "stop"}-pipe --name ${pipe}\` asks again.`,
  );
}
