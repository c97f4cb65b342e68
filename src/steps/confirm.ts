import type { Writable } from "node:stream";
import { createInterface } from "node:readline/promises";
import { ExpectedError, Interrupted, UsageError } from "../errors.ts";

export interface Confirmation {
  /** What will be done, in lines that end. */
  readonly text: string;
  readonly question: string;
  /** What is said where nobody can be asked. */
  readonly cannotAsk: string;
  readonly refused: string;
}

/** Tells what will be done and asks. Throws where the answer is no, and a UsageError where nobody can be asked. */
export async function confirm(confirmation: Confirmation, stderr: Writable, signal: AbortSignal): Promise<void> {
  if (!(await ask(confirmation, stderr, signal))) throw refusal(confirmation);
}

function refusal({ refused }: Pick<Confirmation, "refused">): ExpectedError {
  return new ExpectedError(refused, "Run it again when you are ready.");
}

/** Tells what will be done and asks whether it shall. Throws where the question is broken off, and a UsageError where nobody can be asked. */
export async function ask(confirmation: Confirmation, stderr: Writable, signal: AbortSignal): Promise<boolean> {
  stderr.write(confirmation.text);
  if (!process.stdin.isTTY) throw new UsageError(confirmation.cannotAsk, "Pass --yes to have it done.");
  const prompt = createInterface({ input: process.stdin, output: stderr });
  const ended = new AbortController();
  // The prompt takes Ctrl-C and Ctrl-D (end of input) for itself.
  prompt.on("SIGINT", () => ended.abort(new Interrupted()));
  prompt.on("close", () => ended.abort(refusal(confirmation)));
  const question = prompt.question(`${confirmation.question} [y/N] `, {
    signal: AbortSignal.any([signal, ended.signal]),
  });
  const answer = await question
    .catch((error: unknown) => {
      signal.throwIfAborted();
      ended.signal.throwIfAborted();
      throw error;
    })
    .finally(() => prompt.close());
  return /^y(es)?$/i.test(answer.trim());
}
