import { commandFor, type WorksOn } from "../command-for.ts";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { readJournal } from "../provision/journal.ts";
import { findRun, type RunScope } from "../provision/run.ts";
import { foldJournal, type RecordedStep } from "../provision/run-state.ts";
import { pausedPipesOf } from "./pause-sync.ts";
import { resourceKinds } from "../resources/kinds.ts";

export interface ResourceStatus {
  readonly kind: string;
  readonly name: string;
  readonly recorded: string;
  /** What AWS says now. */
  readonly now: "there" | "gone" | "another's";
}

export interface RunStatus {
  readonly run: string;
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly began: string;
  readonly closed: boolean;
  readonly resources: readonly ResourceStatus[];
  readonly steps: readonly Pick<RecordedStep, "step" | "began" | "ended">[];
  /** The stack's pipes that this run has stopped, and must start again. */
  readonly pausedPipes: readonly string[];
  readonly next: string;
}

/** What a run has recorded, and what AWS has of it now. Changes nothing, and needs no lock. */
export async function readStatus(
  stateDir: string,
  scope: RunScope,
  id: string | undefined,
  context: Context,
): Promise<RunStatus> {
  const folder = await findRun(stateDir, scope, { id, closedToo: true });
  if (folder === undefined)
    throw new UsageError(
      `${id === undefined ? "No run" : `No run ${id}`} of stack ${scope.stack} in this account and Region is recorded in ${stateDir}.`,
      `Begin one with \`${commandFor("restore-snapshot", { stack: scope.stack })}\`, or name the right folder with --state-dir.`,
    );
  const state = foldJournal(await readJournal(join(folder.directory, "journal.jsonl")));
  const resources = await Promise.all(
    [...state.resources.values()].map(async ({ kind, name, status }): Promise<ResourceStatus> => {
      const found = await resourceKinds.find((one) => one.kind === kind)?.find(context, name);
      const now = found === undefined ? "gone" : found.run === folder.id ? "there" : "another's";
      return { kind, name, recorded: status, now };
    }),
  );
  const steps = [...state.steps.values()].map(({ step, began, ended }) => ({ step, began, ended }));
  const { stack, account, region, began } = folder;
  const next = nextCommand(state.closed, steps, { stack, run: id });
  const { closed } = state;
  const pausedPipes = pausedPipesOf(state);
  return { run: folder.id, stack, account, region, began, closed, resources, steps, pausedPipes, next };
}

/** The steps that have ended, and still stand: an undo takes the load back, with what came after it. */
function doneSteps(steps: RunStatus["steps"]): Set<string> {
  const undo = steps.find((one) => one.step === "undo");
  const undone = undo?.ended ?? undo?.began ?? "";
  const stands = ({ step, ended }: RunStatus["steps"][number]) =>
    ended !== undefined && (step === "restore-snapshot" || ended > undone);
  const done = new Set(steps.filter(stands).map((one) => one.step));
  const gaveUp = steps.some(({ step, began }) => step === "prepare-target" && began > undone);
  if (undo !== undefined && undo.ended === undefined && !gaveUp) done.add("an undo that has not ended");
  return done;
}

function nextCommand(closed: boolean, steps: RunStatus["steps"], on: WorksOn): string {
  if (closed) return "nothing: the run is closed";
  const done = doneSteps(steps);
  const [embedding, verified] = ["re-embed", "verify-counts"].map((name) => steps.find(({ step }) => step === name));
  if (embedding !== undefined && embedding.ended === undefined) return commandFor("re-embed", on);
  // Of its own, it leaves nothing behind but its journal.
  if (embedding !== undefined && !done.has("restore-snapshot")) return commandFor("cleanup", on);
  if (!done.has("restore-snapshot") && done.has("prepare"))
    return `npx cdk deploy (v1), then: ${commandFor("restore-snapshot", on)}`;
  if (done.has("an undo that has not ended")) return commandFor("undo", on);
  if (!done.has("restore-snapshot")) return commandFor("restore-snapshot", on);
  if (!done.has("finish-target")) return commandFor("start-dms-migration", on);
  const since = embedding?.ended ?? "";
  if (!done.has("verify-counts") || since > (verified?.ended ?? "")) return commandFor("verify-counts", on);
  return commandFor("cleanup", on);
}
