import { LocalClock } from "./clock.ts";
import type { Policy } from "./policy/document.ts";
import { findPostgres } from "./postgres/installation.ts";
import type { DataApiLimits } from "./services/rds-data/limits.ts";
import { RunningLocalAws } from "./running-local-aws.ts";
import type { Release } from "./stack/release.ts";
import type { RdsSchedules } from "./stack/schedules.ts";
import { makeWorkingDirectory } from "./working-directory.ts";
import { defaultVariants, type Variants } from "./variants.ts";
import type { World } from "./world.ts";
import { Worlds } from "./worlds.ts";

/** How the local AWS is seeded and how fast its time goes. */
export interface LocalAwsOptions {
  /** Any free port when left out. */
  readonly port?: number | undefined;
  readonly stage: "before-deploy" | "after-deploy";
  readonly bots: number;
  readonly rows: number;
  readonly dimensions: number;
  readonly seed: number;
  /** Release of Bedrock Chat v0; the newest that the local AWS knows when left out. */
  readonly release?: Release | undefined;
  /** When EventBridge Scheduler would stop and start the cluster; it never does here. */
  readonly rdsSchedules?: RdsSchedules | undefined;
  /** Seconds here for each second that AWS takes. Seeding never waits. */
  readonly timeScale: number;
  /** The defaults when left out. */
  readonly variants?: Readonly<Variants> | undefined;
  /** Engine versions that can be created and restored once v0 stands; all that the local AWS knows when left out. */
  readonly engineVersions?: readonly string[] | undefined;
  /** What callers of the services may do; everything when left out. */
  readonly policy?: Policy | undefined;
  /** AWS's own when left out. */
  readonly dataApiLimits?: DataApiLimits | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Ends it, while it starts as well as later. */
  readonly signal?: AbortSignal | undefined;
}

/** A running local AWS with Bedrock Chat on it. */
export interface LocalAws {
  readonly endpoint: string;
  /** What a command needs in its environment to use it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** The seeded account and Region. */
  readonly world: World;
  /** The simulated `npx cdk deploy` to v1; fulfilled when CloudFormation has cleaned up. Throws when it was done before. */
  deploy(): Promise<void>;
  /** Ends all servers and removes the directory. */
  stop(): Promise<void>;
  /** Fulfilled when it has been stopped, by `stop` or by `POST /_local-aws/stop`. */
  readonly stopped: Promise<void>;
}

/** Starts the local AWS on loopback with Bedrock Chat before or after its deploy to v1. Throws with nothing left running. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const postgres = await findPostgres();
  const directory = await makeWorkingDirectory();
  const { timeScale, variants = defaultVariants } = options;
  const clock = new LocalClock(timeScale);
  const worlds: Worlds = new Worlds({ directory, clock, variants, postgres, endpoint: () => localAws.endpoint });
  const localAws = new RunningLocalAws(options, directory, worlds);
  options.signal?.addEventListener("abort", () => void localAws.stop(), { once: true });
  try {
    options.signal?.throwIfAborted();
    await localAws.start();
    return localAws;
  } catch (error) {
    await localAws.stop();
    options.signal?.throwIfAborted();
    throw error;
  }
}
