import type { Context } from "../context.ts";
import { withSession } from "../database/direct.ts";
import { dropUndoRecord, readUndoRecord } from "../database/undo-record.ts";
import type { Run } from "../provision/run.ts";
import { type Residue, tearDown } from "../provision/tear-down.ts";
import { resourceKinds } from "../resources/kinds.ts";
import type { Deployment } from "../stack/deployment.ts";
import { removeSubscriber, restoreIndexes, stopDataMigration } from "./finish-target.ts";

export interface CleanupResult {
  readonly run: string;
  readonly removed: number;
  readonly residue: readonly Residue[];
}

/**
 * Ends a run: takes from the target what the run put there (never the rows), then removes every AWS resource that carries the run's
 * tag. The target comes first, since its subscription must not outlive the source. Residue is what could not go.
 */
export async function cleanup(deployment: Deployment, context: Context, run: Run): Promise<CleanupResult> {
  await run.journal.append({ event: "step-began", step: "cleanup" });
  const target = deployment.database;
  const record = await withSession(target, context, readUndoRecord);
  const ours = record?.runId === run.id;
  if (ours) {
    await stopDataMigration(context, run);
    await removeSubscriber(target, record.role, context);
    await restoreIndexes(target, context);
  }
  const residue = await tearDown(resourceKinds, context, run);
  if (ours && residue.length === 0) {
    await withSession(target, context, (session) => session.transaction({}, dropUndoRecord));
    context.progress.say("new cluster: schema bedrock_chat_migrate dropped");
  }
  const removed = [...run.state().resources.values()].filter((resource) => resource.status === "removed").length;
  if (residue.length === 0) await run.journal.append({ event: "closed" });
  return { run: run.id, removed, residue };
}
