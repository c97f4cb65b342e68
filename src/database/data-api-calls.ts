import { awsErrorName } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import { explainDataApi } from "./data-api-errors.ts";
import { type Database, UnreachableError } from "./session.ts";

export type CallContext = Pick<Context, "clock" | "pollMs" | "progress" | "signal">;

/** How long a paused cluster may take to resume: "typically about 15 seconds" (Aurora user guide, auto-pause); longer after a day's pause. */
const resumeLimitMs = 3 * 60_000;

/** How long an earlier call whose answer was lost can keep its transaction busy: no statement has more than 45 seconds. */
const busyLimitMs = 60_000;

/** Milliseconds before each further try of what was throttled or lost. */
const pauses = [100, 200, 400, 800, 1_600, 3_200, 5_000];

/**
 * A call of the Data API. It is made again where it had no effect (throttled, the cluster resumes, its transaction is busy), and, if it may be `repeated`, where
 * it may have had one that was not heard of; the SDK knows no difference, and would run a statement twice. Throws what `explainDataApi` makes
 * of the failure; an UnreachableError where the answer is lost.
 */
export async function called<T>(
  database: Database,
  { clock, pollMs, progress, signal }: CallContext,
  repeated: boolean,
  call: () => Promise<T>,
): Promise<T> {
  const began = clock.now();
  let resuming = false;
  for (let failures = 0; ;) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (awsErrorName(error) === "DatabaseResumingException" && clock.now() - began < resumeLimitMs) {
        if (!resuming) progress.say(`${database.label} was paused, and resumes`);
        resuming = true;
        await clock.sleep(Math.min(pollMs, 2_000), signal);
        continue;
      }
      if (isBusy(error) && clock.now() - began < busyLimitMs) {
        await clock.sleep(Math.min(pollMs, 1_000), signal);
        continue;
      }
      const pause = pauses[failures++];
      const again = hadNoEffect(error) || (repeated && isLost(error));
      if (pause === undefined || !again) throw isLost(error) ? lost(database, error) : explainDataApi(database, error);
      await clock.sleep(pause, signal);
    }
  }
}

interface AwsFailure {
  readonly $fault?: unknown;
  readonly $retryable?: { readonly throttling?: boolean };
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
}

/** Refused at the door: throttled, service unavailable, or signed by a clock that the SDK has set right meanwhile. */
function hadNoEffect(error: unknown): boolean {
  const { $retryable, $metadata } = error as AwsFailure;
  return (
    $retryable?.throttling === true ||
    /^(Throttling|TooManyRequests)/.test(awsErrorName(error)) ||
    [429, 503].includes($metadata?.httpStatusCode ?? 0) ||
    $metadata?.clockSkewCorrected === true
  );
}

/** An earlier call still works in the transaction: one whose answer was lost, as here one is made after the other. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && /transaction is still running a query/i.test(error.message);
}

/** No answer of the service, or one that does not tell: the connection broke, it took too long, an internal error. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $fault, $metadata } = error as Error & AwsFailure;
  return $fault === undefined
    ? "code" in error || error.name === "TimeoutError"
    : ($metadata?.httpStatusCode ?? 0) === 500;
}

function lost(database: Database, cause: unknown): UnreachableError {
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new UnreachableError(
    `No answer from the Data API of ${database.label}: ${why}`,
    "Check the network; then run the same command again: it looks at what was done, and goes on.",
    undefined,
    { cause },
  );
}
