import { setTimeout as sleep } from "node:timers/promises";

/** Time as the local AWS lives it: what takes AWS `n` seconds takes `n * scale` seconds here. */
export class LocalClock {
  readonly scale: number;
  readonly #stopped = new AbortController();

  constructor(scale: number) {
    this.scale = scale;
  }

  /** Lets `awsSeconds` go by. Rejects with an AbortError when the local AWS stops meanwhile. */
  async elapse(awsSeconds: number): Promise<void> {
    await sleep(awsSeconds * this.scale * 1000, undefined, { signal: this.#stopped.signal });
  }

  /** Aborted when the local AWS stops: for what must end then beside the waits. */
  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  /** Ends every wait, now and later. */
  stop(): void {
    this.#stopped.abort();
  }
}
