import { setTimeout as sleep } from "node:timers/promises";
import type { DataMigration } from "@aws-sdk/client-database-migration-service";
import type { World } from "../../../world.ts";
import type { Plan } from "./plan.ts";

/** One start of a data migration, until it is stopped or ends by itself. */
export class MigrationRun {
  readonly world: World;
  readonly migration: DataMigration;
  /** Set as soon as the preflight has passed; until then that of the run before, whose subscription may still be there. */
  plan: Plan | undefined;
  readonly #stop = new AbortController();
  /** Fulfilled when nothing of the run goes on any more, well or badly. */
  readonly finished: Promise<void>;
  #finish: () => void = () => undefined;

  constructor(world: World, migration: DataMigration, planBefore: Plan | undefined) {
    this.world = world;
    this.migration = migration;
    this.plan = planBefore;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Aborts when somebody stops the migration. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Asks the run to end; `finished` tells when it has. */
  stop(): void {
    this.#stop.abort(new Error("The data migration is being stopped."));
  }

  finish(): void {
    this.#finish();
  }

  /** Lets AWS's seconds go by. Rejects when the run or the local AWS stops. */
  async elapse(awsSeconds: number): Promise<void> {
    this.signal.throwIfAborted();
    const ended = new AbortController();
    const stopped = new Promise<never>((_resolve, reject) => {
      const refuse = () => {
        reject(this.signal.reason as Error);
      };
      this.signal.addEventListener("abort", refuse, { signal: ended.signal });
    });
    try {
      await Promise.race([this.world.clock.elapse(awsSeconds), stopped]);
    } finally {
      ended.abort();
    }
  }

  /** Lets real milliseconds go by, for what real databases do. Rejects when the run or the local AWS stops. */
  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.signal });
    await this.world.clock.elapse(0);
  }
}
