import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { withSession } from "../database/with-session.ts";
import { readUndoRecord } from "../database/undo-record.ts";
import { ExpectedError } from "../errors.ts";
import { findByTag } from "../provision/find-by-tag.ts";
import { beginRun, type RunFolder } from "../provision/run.ts";
import { resourceKinds } from "../resources/kinds.ts";
import type { Deployment } from "../stack/deployment.ts";
import { recoveredNote } from "./recovered-note.ts";

/**
 * Finds a run whose journal is lost, by the tags of what it made and by its record in the new cluster, and writes a journal from that: enough
 * to clean up. Undefined where nothing of this stack is left by any run; throws an ExpectedError that lists several.
 */
export async function recoverRun(
  wanted: { readonly stateDir: string; readonly id: string | undefined },
  deployment: Deployment,
  context: Context,
): Promise<RunFolder | undefined> {
  const [tagged, record] = await Promise.all([
    findByTag(resourceKinds, context),
    withSession(deployment.database, context, readUndoRecord),
  ]);
  const own = tagged.filter((one) => one.stack === deployment.stack);
  const ids = new Set([...own.map((one) => one.run), ...(record === undefined ? [] : [record.runId])]);
  const [id, ...others] = wanted.id === undefined ? [...ids] : [...ids].filter((one) => one === wanted.id);
  if (id === undefined) return undefined;
  if (others.length > 0)
    throw new ExpectedError(
      `No journal is here, and ${others.length + 1} runs have left something: ${[id, ...others].toSorted().join(", ")}.`,
      "Say which with --run ID; its journal may be in another folder (--state-dir).",
    );
  const scope = { account: context.account, region: context.region, stack: deployment.stack };
  // Written aside, and moved into place whole: a journal that was killed half-way would name only some of what is left.
  const aside = join(wanted.stateDir, ".recovering");
  await rm(aside, { recursive: true, force: true });
  const run = await beginRun(aside, scope, context.clock, id);
  for (const { kind, name, facts } of own.filter((one) => one.run === id))
    await run.journal.append({ event: "ready", kind, name, facts });
  await run.journal.append({ event: "noted", name: recoveredNote, value: true });
  const count = run.state().resources.size;
  context.progress.say(`The journal of run ${id} is lost; found by tag: ${count} resources.`);
  const directory = join(wanted.stateDir, id);
  // One that is there already says that the run is closed, and it was not: kept, out of the way.
  await rename(directory, join(wanted.stateDir, `.${id}-${context.clock.now()}`)).catch(() => undefined);
  await rename(run.directory, directory);
  return { ...scope, id, directory, began: "", closed: false };
}
