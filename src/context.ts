import type { AwsClients } from "./aws/clients.ts";
import type { Clock } from "./clock.ts";
import type { Progress } from "./progress.ts";
import type { Reach } from "./reach.ts";

/** What every step is given: built in `commands/`, by hand in tests. */
export interface Context {
  readonly aws: AwsClients;
  readonly clock: Clock;
  /** Aborts on Ctrl-C: every wait and every call ends at once. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Milliseconds between two looks at AWS. */
  readonly pollMs: number;
  /** PEM file of the authority that signed the databases' certificates; the RDS bundle when left out. */
  readonly caFile: string | undefined;
  readonly reach: Reach;
  /** The account and Region that the credentials belong to. */
  readonly account: string;
  readonly region: string;
}
