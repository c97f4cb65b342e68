import { z } from "zod";
import type { Context } from "../context.ts";
import { nameInRun } from "../provision/resource.ts";
import type { Run } from "../provision/run.ts";
import type { Deployment } from "../stack/deployment.ts";
import { takeSnapshot } from "./take-snapshot.ts";

const note = "target-snapshot";

/** Name of the snapshot of the new cluster that was taken before the run's first change of it; undefined where none was. */
export function targetSnapshotOf(run: Run): string | undefined {
  return z.string().safeParse(run.state().notes.get(note)).data;
}

/**
 * Takes a snapshot of the new cluster as it is, once a run, and waits for it: the last way back, should all others fail. It makes another
 * cluster, which the stack does not use, and is kept when the run is cleaned up.
 */
export async function snapshotTarget({ cluster }: Deployment, context: Context, run: Run): Promise<void> {
  const name = nameInRun(run.id, "before-load");
  await takeSnapshot({ name, cluster: cluster.DBClusterIdentifier ?? "", run }, context);
  if (targetSnapshotOf(run) === undefined) await run.journal.append({ event: "noted", name: note, value: name });
}
