import { setMaxListeners } from "node:events";
import type { Context } from "../context.ts";
import { ExpectedError } from "../errors.ts";
import type { Task } from "../progress.ts";
import { waitFor } from "../wait.ts";
import type { Found, Resource, StateOf } from "./resource.ts";
import type { Run } from "./run.ts";

/**
 * Makes every resource of a graph that is not there yet, and waits until all are ready: those that need nothing of each other in
 * parallel. What an earlier, interrupted run made is adopted by name and tag. The first failure ends the other waits.
 */
export async function provision(resources: readonly Resource<unknown>[], context: Context, run: Run): Promise<StateOf> {
  const states = new Map<Resource<unknown>, unknown>();
  const stateOf = <State>(resource: Resource<State>): State => {
    if (!states.has(resource)) throw new Error(`${resource.name} is not ready here: its kind must name what it needs`);
    return states.get(resource) as State;
  };
  const failed = new AbortController();
  const scope = { ...context, signal: AbortSignal.any([context.signal, failed.signal]) };
  // Every call in flight listens, and a graph has many.
  setMaxListeners(0, scope.signal);
  const begun = new Map<Resource<unknown>, Promise<void>>();

  const begin = (resource: Resource<unknown>): Promise<void> => {
    const already = begun.get(resource);
    if (already !== undefined) return already;
    const promise = (async () => {
      const needed = resources.filter((other) => resource.kind.needs.includes(other.kind.kind));
      await Promise.all(needed.map(begin));
      states.set(resource, await ensure(resource, stateOf, scope, run));
    })().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    });
    begun.set(resource, promise);
    return promise;
  };

  await Promise.allSettled(resources.map(begin));
  // The reason of the first failure, not the aborts that followed from it.
  scope.signal.throwIfAborted();
  return stateOf;
}

async function ensure<State>(resource: Resource<State>, stateOf: StateOf, context: Context, run: Run): Promise<State> {
  const { kind, name } = resource;
  const began = context.clock.now();
  const recorded = run.state().resources.get(`${kind.kind} ${name}`)?.status;
  using task = context.progress.begin(`${kind.kind} ${name}`);
  const there = await kind.find(context, name);
  if (there === undefined) await create(resource, stateOf, task, context, run);
  else refuseForeign(kind.kind, name, there, run);

  const timeoutMinutes = resource.timeoutMinutes ?? kind.timeoutMinutes;
  const wait = { timeoutMs: timeoutMinutes * 60_000, onState: (state: string) => task.state(state) };
  let seen = false;
  const lookAgain = async () => {
    const found = await kind.find(context, name);
    if (found === undefined && seen) throw removedMeanwhile(kind.kind, name);
    seen = found !== undefined;
    return found === undefined ? { done: false as const, state: "not visible yet" } : kind.look(found.state);
  };
  const state = await waitFor(`${kind.kind} ${name}`, lookAgain, context, wait);
  await resource.complete?.(state, stateOf);
  if (there === undefined || recorded !== "ready") {
    await run.journal.append({ event: "ready", kind: kind.kind, name, facts: kind.facts(state) });
    const seconds = ((context.clock.now() - began) / 1000).toFixed(1);
    task.end(there === undefined ? `ready (${seconds} s)` : "ready, found again");
  } else task.end();
  return state;
}

async function create<State>(
  resource: Resource<State>,
  stateOf: StateOf,
  task: Task,
  context: Context,
  run: Run,
): Promise<void> {
  const { kind, name } = resource;
  await run.journal.append({ event: "creating", kind: kind.kind, name });
  task.state("creating");
  try {
    await resource.create(stateOf);
  } catch (error) {
    // An answer that got lost: the SDK tried again and was told that it exists. It does, and carries our tag.
    context.signal.throwIfAborted();
    const found = await kind.find(context, name);
    if (found?.run !== run.id) throw error;
  }
}

/** What was there, and not ready, and is gone: it would be waited for in vain. */
function removedMeanwhile(kind: string, name: string): ExpectedError {
  return new ExpectedError(
    `${kind} ${name} was removed by somebody while it was being made.`,
    "Run the same command again to make it anew.",
  );
}

function refuseForeign(kind: string, name: string, found: Found<unknown>, run: Run): void {
  if (found.run === run.id) return;
  throw new ExpectedError(
    `${kind} ${name} exists, and does not carry the tag bedrock-chat-migrate:run=${run.id}: it is not this run's.`,
    "Nothing was changed. Remove or rename it if it is yours, then run the same command again.",
  );
}
