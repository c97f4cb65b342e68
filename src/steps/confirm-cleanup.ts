import type { Writable } from "node:stream";
import type { Run } from "../provision/run.ts";
import { recoveredNote } from "./recovered-note.ts";
import { confirm } from "./confirm.ts";

/** Lists what a cleanup will remove and asks. Throws where the answer is no, and a UsageError where nobody can be asked. */
export async function confirmCleanup(run: Run, stderr: Writable, signal: AbortSignal): Promise<void> {
  const resources = [...run.state().resources.values()].filter((one) => one.status !== "removed");
  const listed = resources.map((one) => `  ${one.kind} ${one.name}\n`).join("");
  const { steps, notes } = run.state();
  const loaded =
    steps.has("prepare-target") || notes.has(recoveredNote)
      ? "Rows that were loaded stay; `undo`, which takes them back, is not possible any more after it.\n"
      : "";
  await confirm(
    {
      text: `Run ${run.id} made:\n${listed}${loaded}`,
      question: "Remove all of it?",
      cannotAsk: "cleanup removes all of the above, and cannot ask here.",
      refused: "Nothing was removed.",
    },
    stderr,
    signal,
  );
}
