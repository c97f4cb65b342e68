import { z } from "zod";
import type { Context } from "../context.ts";
import { nameInRun } from "../provision/resource.ts";
import type { Run } from "../provision/run.ts";
import type { Deployment } from "../stack/deployment.ts";
import { takeSnapshot } from "./take-snapshot.ts";

const note = "target-snapshots";
/** One that is older than that is of no moment before the change. */
const freshMs = 3_600_000;

const notedSchema = z.array(z.object({ name: z.string(), began: z.number() }));

/** The snapshots of the new cluster that the run has taken before its first change, the latest last: more than one after an `undo`. */
export function targetSnapshotsOf(run: Run): readonly string[] {
  return notedSnapshots(run).map(({ name }) => name);
}

function notedSnapshots(run: Run): z.infer<typeof notedSchema> {
  return notedSchema.safeParse(run.state().notes.get(note)).data ?? [];
}

/**
 * Takes a snapshot of the new cluster as it is, and waits for it: the last way back, should all others fail. It makes another cluster,
 * which the stack does not use, and is kept when the run is cleaned up. One of this load that is fresh is found again.
 */
export async function snapshotTarget({ cluster }: Deployment, context: Context, run: Run): Promise<void> {
  const noted = notedSnapshots(run);
  const last = noted.at(-1);
  const usable = last !== undefined && isFresh(last.began, context, run);
  const before = usable ? noted.slice(0, -1) : noted;
  const name = nameInRun(run.id, before.length === 0 ? "before-load" : `before-load-${before.length + 1}`);
  const value = [...before, { name, began: context.clock.now() }];
  if (!usable) await run.journal.append({ event: "noted", name: note, value });
  await takeSnapshot({ name, cluster: cluster.DBClusterIdentifier ?? "", run }, context);
}

function isFresh(began: number, { clock }: Context, run: Run): boolean {
  const undone = Date.parse(run.state().steps.get("undo")?.ended ?? "");
  return clock.now() - began < freshMs && !(undone > began);
}
