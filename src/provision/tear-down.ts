import { denialOf, howToAllow } from "../aws/denied.ts";
import { awsErrorName } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import type { Task } from "../progress.ts";
import { type Look, waitFor } from "../wait.ts";
import type { ResourceKind } from "./resource.ts";
import type { Run } from "./run.ts";
import { type RecordedResource, resourceKey } from "./run-state.ts";

/** A resource that is still there after everything was tried, and why. */
export interface Residue {
  readonly kind: string;
  readonly name: string;
  readonly why: string;
  /** What to do about it, where that is known. */
  readonly remedy?: string;
}

/**
 * Removes what a run made, the needing before the needed, independent ones in parallel, and only what carries the run's tag. Ends with
 * a final look at every resource that the run ever intended. Gives what is left: nothing, when all went well.
 */
export async function tearDown(
  kinds: readonly ResourceKind<unknown>[],
  context: Context,
  run: Run,
): Promise<Residue[]> {
  const recorded = [...run.state().resources.values()].filter((resource) => resource.status !== "removed");
  const kindOf = (resource: RecordedResource): ResourceKind<unknown> => {
    const kind = kinds.find((candidate) => candidate.kind === resource.kind);
    if (kind === undefined) throw new Error(`the journal names the unknown kind ${resource.kind}`);
    return kind;
  };
  const begun = new Map<string, Promise<Residue | undefined>>();
  const begin = (resource: RecordedResource): Promise<Residue | undefined> => {
    const key = resourceKey(resource);
    const promise =
      begun.get(key) ??
      (async () => {
        const users = recorded.filter((other) => kindOf(other).needs.includes(resource.kind));
        const blocked = (await Promise.all(users.map(begin))).find((user) => user !== undefined);
        if (blocked !== undefined)
          return { kind: resource.kind, name: resource.name, why: `still needed by ${blocked.kind} ${blocked.name}` };
        return removeResource(kindOf(resource), resource.name, context, run);
      })();
    begun.set(key, promise);
    return promise;
  };
  const residue = (await Promise.all(recorded.map(begin))).filter((left) => left !== undefined);
  return [...residue, ...(await finalLook(residue, kindOf, context, run))];
}

/** Removes one resource if it is there and carries the run's tag, and waits until it is gone. Gives what keeps it. */
export async function removeResource(
  kind: ResourceKind<unknown>,
  name: string,
  context: Context,
  run: Run,
): Promise<Residue | undefined> {
  const line = { kind: kind.kind, name };
  using task = context.progress.begin(`${kind.kind} ${name}`);
  const leave = (why: string, remedy?: string): Residue => {
    task.fail(`LEFT: ${why}`);
    return { ...line, why, ...(remedy !== undefined && { remedy }) };
  };
  try {
    const found = await kind.find(context, name);
    if (found !== undefined && found.run !== run.id) return leave("it does not carry this run's tag");
    if (found !== undefined) {
      await run.journal.append({ event: "removing", ...line });
      await waitUntilGone(kind, name, task, context);
    }
    await run.journal.append({ event: "removed", ...line });
    task.end(found === undefined ? "was not there" : "removed");
    return undefined;
  } catch (error) {
    context.signal.throwIfAborted();
    // One that cannot go must not keep the others: it is told at the end.
    const denial = denialOf(error);
    if (denial !== undefined) return leave(denial, howToAllow(run));
    return leave(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}

async function waitUntilGone(kind: ResourceKind<unknown>, name: string, task: Task, context: Context): Promise<void> {
  const look = async (): Promise<Look<true>> => {
    const found = await kind.find(context, name);
    if (found === undefined) return { done: true, value: true };
    try {
      await kind.remove(context, name, found.state);
      return { done: false, state: "removing" };
    } catch (error) {
      // Gone meanwhile, though a stale answer still showed it: the next look tells.
      if (/NotFound|NoSuchEntity/.test(awsErrorName(error))) return { done: false, state: "removing" };
      if (!kind.busyErrors.includes(awsErrorName(error))) throw error;
      return { done: false, state: `still in use (${awsErrorName(error)})` };
    }
  };
  await waitFor(`Removing ${kind.kind} ${name}`, look, context, {
    timeoutMs: kind.timeoutMinutes * 60_000,
    onState: (state) => task.state(state),
  });
}

async function finalLook(
  told: readonly Residue[],
  kindOf: (resource: RecordedResource) => ResourceKind<unknown>,
  context: Context,
  run: Run,
): Promise<Residue[]> {
  const rest = [...run.state().resources.values()].filter(
    (resource) => !told.some((left) => resourceKey(left) === resourceKey(resource)),
  );
  const looks = await Promise.all(
    rest.map(async ({ kind, name, ...resource }) => {
      const found = await kindOf({ kind, name, ...resource }).find(context, name);
      return found?.run === run.id ? { kind, name, why: "it was there again at the final look" } : undefined;
    }),
  );
  return looks.filter((left) => left !== undefined);
}
