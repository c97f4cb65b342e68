import type { Context } from "../context.ts";
import type { Database } from "../database/session.ts";
import { type Phase, readUndoRecord } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import { exitCode, ExpectedError, OtherCommandError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { restoreIndexes } from "./finish-target.ts";

/**
 * Puts the vector index back after a load that has failed: until the operator has read why, users are better off with it. Not where DMS may be
 * copying still (it would keep the index up to date row by row, and nobody could drop it meanwhile), nor where another command has the
 * target. What fails here is said, not thrown.
 */
export async function restoreAfterFailure(
  failure: unknown,
  target: Database,
  context: Context,
  run: Run,
): Promise<void> {
  if (failure instanceof OtherCommandError) return;
  try {
    const record = await withSession(target, context, readUndoRecord);
    if (record?.runId !== run.id || mayBeCopying(record.phase, failure)) return;
    const indexes = await restoreIndexes(target, context);
    if (indexes.length > 0) context.progress.say("the load has failed; the new cluster has its vector index back");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.progress.say(
      `WARNING: the new cluster's vector index could not be put back after the failure (${why}): the same command, undo and cleanup do it.`,
    );
  }
}

/** Once DMS was started only a load that is told to have failed has ended: a wait that ran out, or a call of AWS's that failed, tells nothing. */
function mayBeCopying(phase: Phase, failure: unknown): boolean {
  return phase === "loading" && !(failure instanceof ExpectedError && failure.exitCode === exitCode.failed);
}
