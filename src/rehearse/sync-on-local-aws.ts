import { z } from "zod";
import { systemClock } from "../clock.ts";
import type { App } from "../command.ts";
import { ExpectedError, UsageError } from "../errors.ts";
import { control, localAwsInReach } from "./control-local-aws.ts";
import type { ProductEnvironment } from "./product-command.ts";

const syncSchema = z.object({
  bot: z.string(),
  title: z.string(),
  status: z.enum(["QUEUED", "SUCCEEDED", "FAILED"]),
  reason: z.string(),
  task: z.string(),
  rows: z.number(),
});

/** A user's sync of a bot, as the local AWS has carried it out. */
export type BotSync = z.infer<typeof syncSchema>;

type Telling = Pick<ProductEnvironment, "say" | "signal">;

/** A user syncs a bot on the local AWS in reach. Throws an ExpectedError where the sync does not succeed. */
export async function syncOnLocalAws(bot: string | undefined, app: App): Promise<void> {
  if (bot === undefined) throw new UsageError("local-aws sync takes the bot to sync.", "Name it: --bot ID");
  const say = (line: string) => void app.stderr.write(`${line}\n`);
  await syncNow(await localAwsInReach(app), bot, { say, signal: app.signal });
}

/** A user syncs a bot. Throws an ExpectedError where the sync does not succeed. */
export async function syncNow(endpoint: string, bot: string, telling: Telling): Promise<BotSync> {
  const sync = syncSchema.parse(await control(endpoint, "sync", telling.signal, { bot }));
  tell(sync, telling);
  return sync;
}

/**
 * A user syncs a bot as soon as the load runs that `work` starts, and what comes of it is told then. Gives the syncs that there were
 * meanwhile, with what the work gives. Throws an ExpectedError where one does not succeed.
 */
export async function syncingDuringLoad<T>(
  endpoint: string,
  bot: string,
  telling: Telling,
  work: () => Promise<T>,
): Promise<{ readonly done: T; readonly syncs: readonly BotSync[] }> {
  const before = (await readSyncs(endpoint, telling.signal)).length;
  await control(endpoint, "sync", telling.signal, { bot, when: "load-running" });
  const ended = new AbortController();
  let told = before;
  const look = async (signal: AbortSignal): Promise<BotSync[]> => {
    const syncs = await readSyncs(endpoint, signal);
    for (; told < syncs.length; told += 1) tell(syncs[told]!, telling);
    return syncs.slice(before);
  };
  const watching = watch(look, AbortSignal.any([telling.signal, ended.signal]));
  try {
    const done = await work();
    return { done, syncs: await look(telling.signal) };
  } finally {
    ended.abort();
    await watching.catch(() => undefined);
  }
}

async function watch(look: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal): Promise<never> {
  for (;;) {
    await look(signal);
    await systemClock.sleep(200, signal);
  }
}

async function readSyncs(endpoint: string, signal: AbortSignal): Promise<BotSync[]> {
  const answer = await fetch(`${endpoint}/_local-aws/status`, { signal });
  return z.looseObject({ syncs: z.array(syncSchema) }).parse(await answer.json()).syncs;
}

function tell({ bot, title, status, reason, task, rows }: BotSync, { say }: Telling): void {
  const named = `bot ${bot} ${JSON.stringify(title)}`;
  if (status !== "SUCCEEDED")
    throw new ExpectedError(
      `The sync of ${named} is ${status}: ${reason}`,
      "The local AWS carries a sync out while its pipe runs and its database is available.",
    );
  say(`a user has synced ${named}: ${rows} new rows (task ${task})`);
}
