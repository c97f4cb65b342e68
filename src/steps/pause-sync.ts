import { z } from "zod";
import { underSignal } from "../aws/connect.ts";
import { denialOf, howToAllow } from "../aws/denied.ts";
import type { Context } from "../context.ts";
import { forgetPausedPipe, readPausedPipes, recordPausedPipes } from "../database/paused-pipes.ts";
import { type Database, UnreachableError } from "../database/session.ts";
import { readUndoRecord } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import { OtherCommandError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import type { RunState } from "../provision/run-state.ts";
import type { Residue } from "../provision/tear-down.ts";
import { isMeantToRun, startPipe, stopPipe } from "./switch-pipe.ts";

const note = "paused-pipes";

/**
 * Stops those of the pipes that are meant to run. That they must be started again is in the journal and in the target's record before the
 * first is stopped. The target must hold this run's record.
 */
export async function pauseSync(pipes: readonly string[], target: Database, context: Context, run: Run): Promise<void> {
  const running: string[] = [];
  for (const pipe of pipes) if (await isMeantToRun(pipe, context)) running.push(pipe);
  const stoppedByOthers = pipes.filter((pipe) => !running.includes(pipe) && !pausedPipesOf(run.state()).includes(pipe));
  for (const pipe of stoppedByOthers) context.progress.say(`pipe ${pipe}: was stopped already, and stays so`);
  if (running.length === 0) return;
  await run.journal.append({
    event: "noted",
    name: note,
    value: [...new Set([...pausedPipesOf(run.state()), ...running])],
  });
  await withSession(target, context, (session) =>
    session.transaction({}, (transaction) => recordPausedPipes(transaction, running)),
  );
  for (const pipe of running) await stopPipe(pipe, context);
}

/**
 * Does some work, after which every pipe that this run has stopped runs again: whether the work ends well, fails, or is interrupted. Only a
 * pipe that another command answers for by now is left alone.
 */
export async function resumingSync<T>(
  target: Database,
  context: Context,
  run: Run,
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await work();
    const [left] = await resumeSync(pausedPipesOf(run.state()), target, context, run);
    context.signal.throwIfAborted();
    if (left === undefined) return result;
    throw left.error;
  } catch (error) {
    if (!(error instanceof OtherCommandError)) await resumeAfterFailure(target, context, run);
    throw error;
  }
}

/** After Ctrl-C nothing can be asked under the context's own signal any more. The error that led here is what the operator is told. */
async function resumeAfterFailure(target: Database, context: Context, run: Run): Promise<void> {
  const pipes = pausedPipesOf(run.state());
  if (pipes.length === 0) return;
  const signal = AbortSignal.timeout(5 * 60_000);
  const lasting = { ...context, aws: underSignal(context.aws, signal), signal };
  const left = await resumeSync(pipes, target, lasting, run).catch((error: unknown) =>
    pipes.map((pipe) => ({ pipe, error })),
  );
  warnOf(left, context);
}

/**
 * Starts every pipe again that a run has stopped by its journal, which needs no target: that may be down, and users wait for their bots. What
 * could not be started is said; `resumeRecordedSync` tries it again.
 */
export async function resumeJournaledSync(target: Database, context: Context, run: Run): Promise<void> {
  warnOf(await resumeSync(pausedPipesOf(run.state()), target, context, run), context);
  context.signal.throwIfAborted();
}

function warnOf(left: readonly StillStopped[], { progress }: Context): void {
  for (const { pipe, error } of left)
    progress.say(
      `WARNING: pipe ${pipe} may still be stopped (${denialOf(error) ?? String(error)}). The same command starts it again, and so does cleanup; by hand: aws pipes start-pipe --name ${pipe}`,
    );
}

/** Starts every pipe again that a run has stopped, by its journal and by its record in the target. Gives what could not be started. */
export async function resumeRecordedSync(target: Database, context: Context, run: Run): Promise<Residue[]> {
  // Where another run holds the target, what its record names is its own to start.
  const recorded = await withSession(target, context, async (session) =>
    (await readUndoRecord(session))?.runId === run.id ? readPausedPipes(session) : [],
  );
  const left = await resumeSync([...new Set([...pausedPipesOf(run.state()), ...recorded])], target, context, run);
  context.signal.throwIfAborted();
  return left.map(({ pipe, error }) => {
    const denial = denialOf(error);
    const line = { kind: "pipe", name: pipe };
    return denial === undefined ? { ...line, why: String(error) } : { ...line, why: denial, remedy: howToAllow(run) };
  });
}

interface StillStopped {
  readonly pipe: string;
  readonly error: unknown;
}

async function resumeSync(
  pipes: readonly string[],
  target: Database,
  context: Context,
  run: Run,
): Promise<StillStopped[]> {
  if (pipes.length === 0) return [];
  const left: StillStopped[] = [];
  for (const pipe of pipes) {
    try {
      await startPipe(pipe, context);
      await withSession(target, context, (session) => forgetPausedPipe(session, pipe)).catch(unlessUnreachable);
    } catch (error) {
      left.push({ pipe, error });
    }
  }
  await run.journal.append({ event: "noted", name: note, value: left.map(({ pipe }) => pipe) });
  if (left.length < pipes.length)
    context.progress.say("a bot that stays QUEUED from now on was missed by the pipe: sync it again");
  return left;
}

/** Where the target is down its record keeps the pipe's name: a cleanup then finds it running. */
function unlessUnreachable(error: unknown): void {
  if (!(error instanceof UnreachableError)) throw error;
}

/** The pipes that a run has stopped and not started again, by its journal. */
export function pausedPipesOf({ notes }: Pick<RunState, "notes">): readonly string[] {
  return z.array(z.string()).safeParse(notes.get(note)).data ?? [];
}
