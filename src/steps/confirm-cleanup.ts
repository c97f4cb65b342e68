import type { Writable } from "node:stream";
import { createInterface } from "node:readline/promises";
import { ExpectedError, Interrupted, UsageError } from "../errors.ts";
import type { Run } from "../provision/run.ts";

/** Lists what a cleanup will remove and asks. Throws where the answer is no, and a UsageError where nobody can be asked. */
export async function confirmCleanup(run: Run, stderr: Writable, signal: AbortSignal): Promise<void> {
  const resources = [...run.state().resources.values()].filter((one) => one.status !== "removed");
  stderr.write(`Run ${run.id} made:\n${resources.map((one) => `  ${one.kind} ${one.name}\n`).join("")}`);
  if (!process.stdin.isTTY)
    throw new UsageError("cleanup removes all of the above, and cannot ask here.", "Pass --yes to remove it.");
  const prompt = createInterface({ input: process.stdin, output: stderr });
  const ended = new AbortController();
  // The prompt takes Ctrl-C and Ctrl-D (end of input) for itself.
  prompt.on("SIGINT", () => ended.abort(new Interrupted()));
  prompt.on("close", () => ended.abort(nothingRemoved()));
  const question = prompt.question("Remove all of it? [y/N] ", { signal: AbortSignal.any([signal, ended.signal]) });
  const answer = await question
    .catch((error: unknown) => {
      signal.throwIfAborted();
      ended.signal.throwIfAborted();
      throw error;
    })
    .finally(() => prompt.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw nothingRemoved();
}

function nothingRemoved(): ExpectedError {
  return new ExpectedError("Nothing was removed.", "Run it again when you are ready.");
}
