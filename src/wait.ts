import type { Context } from "./context.ts";
import { WaitTimeoutError } from "./errors.ts";

/** One look at something that is waited for: it is there, or this is the state it is in. */
export type Look<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly state: string };

export interface WaitOptions {
  /** Milliseconds until the wait gives up with a WaitTimeoutError. */
  readonly timeoutMs: number;
  /** Milliseconds between two looks; the context's polling interval when left out. */
  readonly everyMs?: number;
  /** Told each state that is seen, changed or not. */
  readonly onState?: (state: string) => void;
}

/**
 * Looks until it is done, and once more before giving up, so that the last state is told. A look that throws ends the wait at
 * once: that is how a failed resource is reported.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<Look<T>>,
  context: Pick<Context, "clock" | "signal" | "pollMs">,
  options: WaitOptions,
): Promise<T> {
  const { clock, signal } = context;
  const everyMs = options.everyMs ?? context.pollMs;
  const deadline = clock.now() + options.timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const seen = await look();
    if (seen.done) return seen.value;
    options.onState?.(seen.state);
    if (clock.now() + everyMs > deadline) throw new WaitTimeoutError(what, seen.state, options.timeoutMs / 60_000);
    await clock.sleep(everyMs, signal);
  }
}

/** Says each state once a change. */
export function onChange(say: (state: string) => void): (state: string) => void {
  let last: string | undefined;
  return (state) => {
    if (state !== last) say(state);
    last = state;
  };
}
