import type { Writable } from "node:stream";
import type { Run } from "../provision/run.ts";
import { confirm } from "./confirm.ts";

/** Says what an undo will do and asks. Throws where the answer is no, and a UsageError where nobody can be asked. */
export async function confirmUndo(run: Run, stderr: Writable, signal: AbortSignal): Promise<void> {
  await confirm(
    {
      text: `The rows that run ${run.id} has loaded into the new cluster will be removed, those that they replaced put back.\nRows that users wrote stay.\n`,
      question: "Take the load back?",
      cannotAsk: "undo removes the loaded rows, and cannot ask here.",
      refused: "Nothing was taken back.",
    },
    stderr,
    signal,
  );
}
