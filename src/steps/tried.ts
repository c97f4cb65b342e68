import { denialOf } from "../aws/denied.ts";
import type { Context } from "../context.ts";
import { sqlState } from "../database/session.ts";
import { ExpectedError } from "../errors.ts";
import type { Finding } from "../verify/verification.ts";

/** What a part of a verification has found; null, and a finding that says why, where it could not be looked at. */
export interface Tried<T> {
  readonly value: T | null;
  readonly failed: readonly Finding[];
}

/** What is not asked for: nothing is found, and nothing has failed. */
export const unasked = { value: null, failed: [] } as const;

/** Looks at a part. What other parts have found is not lost where a database or AWS does not let this one look. Throws what is neither's doing. */
export async function tried<T>(what: string, { signal }: Context, work: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { value: await work(), failed: [] };
  } catch (error) {
    signal.throwIfAborted();
    const isTheirs = error instanceof ExpectedError || sqlState(error) !== "" || isOfAws(error);
    if (!(error instanceof Error) || !isTheirs) throw error;
    const why = denialOf(error) ?? error.message;
    return { value: null, failed: [{ verdict: "unknown", why: `${what} could not be looked at: ${why}` }] };
  }
}

function isOfAws(error: unknown): boolean {
  return error instanceof Error && "$fault" in error;
}
