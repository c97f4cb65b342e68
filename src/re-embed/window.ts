export interface WindowLimits {
  /** Tasks that this run lets run at the same time. */
  readonly concurrency: number;
  /** How often a bot is embedded again whose embedding failed. */
  readonly retries: number;
  /** Milliseconds before the second try of what was refused, or failed; doubled each time. */
  readonly backoffMs: number;
}

export interface WindowCounts {
  readonly done: number;
  readonly failed: number;
  /** Bots that were deleted. */
  readonly gone: number;
  /** Tasks of this run, those that are being started included. */
  readonly running: number;
  /** Bots that somebody else syncs. */
  readonly elsewhere: number;
  readonly left: number;
}

type Where = "queued" | "starting" | "running" | "elsewhere" | "done" | "failed" | "gone";

/** No wait between two tries is longer than so many of the first. */
const longestBackoff = 32;

/**
 * Which bot is embedded when: a window of so many tasks that slides over the bots, so that a slow one holds no others up. Knows no clock and no AWS: it
 * is told what happens and when (milliseconds of any clock), and each bot is in one place at any time, so that none is lost or started twice.
 */
export class EmbeddingWindow {
  readonly #limits: WindowLimits;
  readonly #where = new Map<string, Where>();
  readonly #counts = new Map<Where, number>();
  readonly #failures = new Map<string, number>();
  /** Those that failed go to the end, and not before a time. */
  readonly #queue: { readonly bot: string; readonly notBefore: number }[];
  /** Refusals since the last task that was started: then nothing is started before a time, and one at a time. */
  #refusals = 0;
  #pausedUntil = -Infinity;

  constructor(bots: readonly string[], limits: WindowLimits) {
    this.#limits = limits;
    this.#queue = bots.map((bot) => ({ bot, notBefore: -Infinity }));
    for (const bot of bots) this.#put(bot, "queued");
  }

  /** Bots to start now: as many as there are places, in their order; one alone after a refusal. They are starting until something else is told of them. */
  take(now: number, atMost = Infinity): string[] {
    if (now < this.#pausedUntil) return [];
    const free = this.#limits.concurrency - this.#count("running") - this.#count("starting");
    const places = Math.min(free, atMost);
    const most = this.#refusals > 0 ? Math.min(places, 1 - this.#count("starting")) : places;
    const taken: string[] = [];
    for (let index = 0; index < this.#queue.length && taken.length < most;) {
      const one = this.#queue[index];
      if (one === undefined || one.notBefore > now) index++;
      else {
        this.#queue.splice(index, 1);
        taken.push(one.bot);
      }
    }
    for (const bot of taken) this.#put(bot, "starting");
    return taken;
  }

  /** Its task is there: started, or found again. */
  running(bot: string): void {
    this.#refusals = 0;
    this.#dequeue(bot);
    this.#put(bot, "running");
  }

  /** Nothing was started for want of capacity, a quota or calls: it is the next again, after a while in which nothing is started. */
  refused(bot: string, now: number): void {
    // Several that were refused at the same time are one refusal.
    if (now >= this.#pausedUntil) this.#pausedUntil = now + this.#backoff(++this.#refusals);
    this.#queue.unshift({ bot, notBefore: -Infinity });
    this.#put(bot, "queued");
  }

  /** Somebody else syncs it: it takes no place, and is neither started nor done. */
  elsewhere(bot: string): void {
    this.#dequeue(bot);
    this.#put(bot, "elsewhere");
  }

  /** It is to be embedded here after all. */
  queued(bot: string): void {
    this.#queue.unshift({ bot, notBefore: -Infinity });
    this.#put(bot, "queued");
  }

  /** Its embedding failed. Gives whether it is tried again: after the others, and after a while. */
  failed(bot: string, now: number, again: boolean): boolean {
    const failures = (this.#failures.get(bot) ?? 0) + 1;
    this.#failures.set(bot, failures);
    const retried = again && failures <= this.#limits.retries;
    if (retried) this.#queue.push({ bot, notBefore: now + this.#backoff(failures) });
    this.#put(bot, retried ? "queued" : "failed");
    return retried;
  }

  ended(bot: string, how: "done" | "gone"): void {
    this.#dequeue(bot);
    this.#put(bot, how);
  }

  in(where: Where): string[] {
    return [...this.#where].filter(([, its]) => its === where).map(([bot]) => bot);
  }

  get counts(): WindowCounts {
    const [done, failed, gone, elsewhere] = (["done", "failed", "gone", "elsewhere"] as const).map((where) =>
      this.#count(where),
    );
    const running = this.#count("running") + this.#count("starting");
    return {
      done: done ?? 0,
      failed: failed ?? 0,
      gone: gone ?? 0,
      elsewhere: elsewhere ?? 0,
      running,
      left: this.#count("queued"),
    };
  }

  /** Whether nothing is to be started, running or waited for. */
  get isSettled(): boolean {
    const { running, elsewhere, left } = this.counts;
    return running + elsewhere + left === 0;
  }

  /** Whether the last RunTask was refused. */
  get isPaused(): boolean {
    return this.#refusals > 0;
  }

  #backoff(times: number): number {
    return this.#limits.backoffMs * Math.min(2 ** (times - 1), longestBackoff);
  }

  #dequeue(bot: string): void {
    if (this.#where.get(bot) !== "queued") return;
    const index = this.#queue.findIndex((one) => one.bot === bot);
    if (index >= 0) this.#queue.splice(index, 1);
  }

  #put(bot: string, where: Where): void {
    const before = this.#where.get(bot);
    if (before !== undefined) this.#counts.set(before, this.#count(before) - 1);
    this.#where.set(bot, where);
    this.#counts.set(where, this.#count(where) + 1);
  }

  #count(where: Where): number {
    return this.#counts.get(where) ?? 0;
  }
}
