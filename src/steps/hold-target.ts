import { commandFor } from "../command-for.ts";
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Context } from "../context.ts";
import { withSession } from "../database/with-session.ts";
import { type LeaseTerms, type OtherHolder, releaseLease, renewLease, takeLease } from "../database/lease.ts";
import { type Database, sqlState, UnreachableError } from "../database/session.ts";
import { readUndoRecord } from "../database/undo-record.ts";
import { duration } from "../terminal/duration.ts";
import { OtherCommandError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { type Look, waitFor } from "../wait.ts";

/** A target that this command works on, while no other one does. */
export interface HeldTarget extends AsyncDisposable {
  /** The context to work in: its signal aborts when somebody else has taken the target over. */
  readonly context: Context;
  /** False where the target does not hold this run's record. */
  readonly holds: boolean;
  /** For who drops the record with the lease in it. */
  stopRenewing(): Promise<void>;
}

/** How often the lease lives longer than the time between two renewals: so many may be lost. */
const renewalsInLease = 5;
/** SQLSTATE of a table that is not there: the record was dropped. */
const undefinedTable = "42P01";

/**
 * Keeps every other command off the target, on whatever machine, by a lease in the run's record there, which a killed command does not renew.
 * Waits for one that may be dead to run out; throws an ExpectedError where another command lives. Where the target does not
 * hold this run's record there is nothing to hold it by.
 */
export async function holdTarget(target: Database, command: string, context: Context, run: Run): Promise<HeldTarget> {
  const everyMs = Math.min(Math.max(1_000, context.pollMs), 30_000);
  const terms = {
    holder: await holderOf(run),
    command: `${command} on ${hostname()} (process ${process.pid})`,
    ms: renewalsInLease * everyMs,
  };
  if (!(await take(target, terms, context, run)))
    return { context, holds: false, stopRenewing: nothingToDo, [Symbol.asyncDispose]: nothingToDo };
  const ended = new AbortController();
  const lost = new AbortController();
  const renewing = renew(target, terms, everyMs, {
    ...context,
    signal: AbortSignal.any([context.signal, ended.signal]),
  })
    .then((end) => lost.abort(end === "taken" ? takenOver(run) : outOfReach(run)))
    .catch(() => undefined);
  const stopRenewing = async () => {
    ended.abort();
    await renewing;
  };
  return {
    context: { ...context, signal: AbortSignal.any([context.signal, lost.signal]) },
    holds: true,
    stopRenewing,
    async [Symbol.asyncDispose]() {
      await stopRenewing();
      // What cannot be given back (after Ctrl-C, or where the record is gone) runs out.
      await withSession(target, context, (session) => releaseLease(session, terms)).catch(() => undefined);
    },
  };
}

const nothingToDo = async (): Promise<void> => undefined;

/** What goes on with the same journal on the same machine is the same holder: the journal's lock keeps those apart. */
async function holderOf(run: Run): Promise<string> {
  const noted = run.state().notes.get("lease-holder");
  const journal = typeof noted === "string" ? noted : randomUUID();
  if (noted === undefined) await run.journal.append({ event: "noted", name: "lease-holder", value: journal });
  return `${journal} ${hostname()}`;
}

/** Whether it was taken; false where this run does not hold the target. */
async function take(target: Database, terms: LeaseTerms, context: Context, run: Run): Promise<boolean> {
  return withSession(target, context, async (session) => {
    if ((await readUndoRecord(session))?.runId !== run.id) return false;
    let first: OtherHolder | undefined;
    const look = async (): Promise<Look<boolean>> => {
      const answer = await takeLease(session, terms);
      if (answer === "taken" || answer === "no record") return { done: true, value: answer === "taken" };
      first ??= answer;
      if (answer.renewed !== first.renewed) throw atWork(answer.command);
      return { done: false, state: `held by ${answer.command}; free in ${duration(first.leftMs)} if that is gone` };
    };
    using task = context.progress.begin("new cluster");
    return await waitFor("The lease on the new cluster", look, context, {
      timeoutMs: 10 * 60_000,
      everyMs: Math.min(context.pollMs, 1_000),
      onState: (state) => task.state(state),
    });
  });
}

/** Renews until the signal ends it, or the lease is somebody else's, or may be: it could not be renewed before it ran out. */
async function renew(
  target: Database,
  terms: LeaseTerms,
  everyMs: number,
  context: Context,
): Promise<"taken" | "out of reach"> {
  let renewedAt = context.clock.now();
  for (;;) {
    await context.clock.sleep(everyMs, context.signal);
    const began = context.clock.now();
    try {
      // A connection a renewal: one that breaks must not end the renewing.
      if (!(await withSession(target, context, (session) => renewLease(session, terms)))) return "taken";
      renewedAt = began;
    } catch (error) {
      context.signal.throwIfAborted();
      // While it could not be renewed it ran out: another command may be at work. A late renewal that succeeds says that none is.
      if (sqlState(error) === undefinedTable) return "taken";
      if (context.clock.now() - renewedAt > terms.ms) return "out of reach";
    }
  }
}

function atWork(command: string): OtherCommandError {
  return new OtherCommandError(
    `Another command is working on the new cluster: ${command}.`,
    "Wait for it to end, or end it; then run the same command again.",
  );
}

function whatNow(run: Run): string {
  return `Nothing was undone. \`${commandFor("status", run)}\` shows what is there; the same command goes on, once nobody else works on it.`;
}

function takenOver(run: Run): OtherCommandError {
  return new OtherCommandError(`The new cluster was taken over by another command (run ${run.id}).`, whatNow(run));
}

function outOfReach(run: Run): UnreachableError {
  return new UnreachableError(
    `The new cluster was out of reach for so long that another command may have taken it over (run ${run.id}).`,
    whatNow(run),
  );
}
