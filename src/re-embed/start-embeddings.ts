import { ExpectedError } from "../errors.ts";
import { allEnded } from "../settled.ts";
import { readBot, type SyncedBot } from "../stack/bots.ts";
import { type BotRecord, clientToken, tokenLivesMs } from "./bot-record.ts";
import { runTask } from "./ecs-calls.ts";
import { taskIdOf } from "./embedding-task.ts";
import { botsAtWork, type EmbeddingWork, note, settle, startedBy } from "./embedding-work.ts";

/**
 * Starts tasks for as many bots as there are places, and no more than so many. A bot that somebody else syncs at this moment is set aside to be waited for. Throws what makes
 * every other start useless, too (permissions, a cluster that is gone), when those that were begun have been noted.
 */
export async function startEmbeddings(work: EmbeddingWork, most: number): Promise<void> {
  const bots = work.window.take(work.context.clock.now(), most);
  if (bots.length === 0) return;
  const atWork = await botsAtWork(work);
  await allEnded(bots.map((bot) => startEmbedding(work, bot, atWork)));
}

async function startEmbedding(work: EmbeddingWork, id: string, atWork: ReadonlyMap<string, string>): Promise<void> {
  const { window, context, bots } = work;
  const bot = bots.get(id);
  if (bot === undefined) throw new Error(`bot ${id} is not one of those to embed`);
  const now = await readBot(context.aws, work.table, bot);
  if (now === undefined) {
    window.ended(id, "gone");
    return settle(work, id, { outcome: "gone" });
  }
  const isBelieved = !work.takenOver.has(id) && isSyncedElsewhere(now, work.records.get(id));
  if (atWork.has(id) || isBelieved) {
    work.takenOver.delete(id);
    work.waiting.set(id, { since: context.clock.now(), looks: 0 });
    return window.elsewhere(id);
  }
  const record = await intend(work, id);
  const answer = await runTask(context.aws, {
    place: work.place,
    taskDefinition: record.taskDefinition,
    bot,
    clientToken: clientToken(work.run.id, record),
    startedBy: startedBy(work.run),
  });
  switch (answer.is) {
    case "started":
      work.unanswered.delete(id);
      await note(work, { ...record, task: answer.arn, since: answer.createdAt ?? record.since });
      work.started.set(id, (work.started.get(id) ?? 0) + 1);
      return window.running(id);
    case "refused":
      if (answer.certain) work.unanswered.delete(id);
      work.refusal.why = answer.why;
      return window.refused(id, context.clock.now());
    case "hopeless":
      throw new ExpectedError(
        `ECS starts no embedding task in cluster ${work.place.cluster}: ${answer.why}`,
        "Is the stack whole? What was started goes on; the same command goes on with it.",
      );
  }
}

/** Whether a bot's status says that somebody syncs it: one that a task of this run has left behind says nothing. */
function isSyncedElsewhere(bot: SyncedBot, record: BotRecord | undefined): boolean {
  if (bot.syncStatus === "QUEUED") return true;
  const own = taskIdOf(record?.task ?? "");
  return bot.syncStatus === "RUNNING" && (own === "" || bot.lastExecId !== own);
}

/** The intent, in the journal before the request: a new one, or the one that has had no answer, while ECS knows its token. */
async function intend(work: EmbeddingWork, bot: string): Promise<BotRecord> {
  const now = work.context.clock.now();
  const before = work.records.get(bot);
  const isKnown = before?.taskDefinition === work.definition.arn && now - before.since < tokenLivesMs;
  if (isKnown && work.unanswered.has(bot)) return before;
  const record: BotRecord = {
    bot,
    attempt: (before?.attempt ?? 0) + 1,
    taskDefinition: work.definition.arn,
    since: now,
    task: null,
    outcome: null,
  };
  await note(work, record);
  work.unanswered.add(bot);
  return record;
}
