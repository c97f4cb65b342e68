import type { Context } from "../context.ts";
import type { Database } from "../database/session.ts";
import { exitCode, ExpectedError, OtherCommandError } from "../errors.ts";
import { restoreIndexes } from "./finish-target.ts";

/**
 * Puts the vector index back after a load that has failed: until the operator has read why, users are better off with it. Not where the load
 * may go on without this command (a wait ran out: a copy would keep the index up to date row by row, and nobody could drop it meanwhile), nor
 * where another command has the target. What fails here is said, not thrown.
 */
export async function restoreAfterFailure(failure: unknown, target: Database, context: Context): Promise<void> {
  if (failure instanceof OtherCommandError || mayGoOn(failure)) return;
  try {
    const indexes = await restoreIndexes(target, context);
    if (indexes.length > 0) context.progress.say("the load has failed; the new cluster has its vector index back");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.progress.say(
      `WARNING: the new cluster's vector index could not be put back after the failure (${why}): the same command, undo and cleanup do it.`,
    );
  }
}

/** By the exit code: not every wait that runs out throws a WaitTimeoutError. */
function mayGoOn(failure: unknown): boolean {
  return failure instanceof ExpectedError && failure.exitCode === exitCode.waitRanOut;
}
