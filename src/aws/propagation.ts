import type { Context } from "../context.ts";
import { waitFor } from "../wait.ts";
import { awsErrorName } from "./errors.ts";

/** What DMS answers while a role or secret made a moment ago is not visible to it yet. */
const notYet = ["AccessDeniedFault", "FailedDependencyFault", "ResourceNotFoundFault"];

/**
 * Repeats a call that names roles or secrets made just before: IAM is eventually consistent, and DMS refuses what it cannot see
 * yet. Gives up after two minutes with DMS's own answer.
 */
export async function oncePropagated<T>(context: Context, call: () => Promise<T>): Promise<T> {
  const began = context.clock.now();
  return waitFor(
    "IAM's propagation",
    async () => {
      try {
        return { done: true, value: await call() };
      } catch (error) {
        if (!notYet.includes(awsErrorName(error)) || context.clock.now() - began > 110_000) throw error;
        return { done: false, state: awsErrorName(error) };
      }
    },
    context,
    { timeoutMs: 120_000, everyMs: Math.min(context.pollMs, 5_000) },
  );
}
