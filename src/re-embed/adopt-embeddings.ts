import { type BotRecord, tokenLivesMs } from "./bot-record.ts";
import { listTasks } from "./ecs-calls.ts";
import type { EmbeddingTask } from "./embedding-task.ts";
import { botsNow, type EmbeddingWork, lookAtTasks, note, rowsOf, settle, startedBy } from "./embedding-work.ts";
import { judgeEmbedding } from "./judge-embedding.ts";

/**
 * Goes on where an earlier command of this run stopped: tasks that it has asked for are followed, also where it was killed before it could note
 * them. Those that ECS has forgotten are judged by what they left behind.
 */
export async function adoptEmbeddings(work: EmbeddingWork): Promise<void> {
  const records = [...work.records.values()].filter(({ bot }) => work.bots.has(bot));
  const open = records.filter(({ outcome }) => outcome === null);
  if (open.length === 0) return;
  const own = await ownTasks(work);
  const forgotten: BotRecord[] = [];
  for (const record of open) {
    const task = record.task ?? taskOfIntent(record, own);
    const isOld = work.context.clock.now() - record.since >= tokenLivesMs;
    if (task !== null && !(isOld && !work.seen.has(task))) await follow(work, record, task);
    else if (isOld) forgotten.push(record);
    // Asked again under the same token: where the task was started, that is the answer.
    else work.unanswered.add(record.bot);
  }
  await adoptForgotten(work, forgotten);
}

/** The tasks that this run has started, as far as ECS knows them. */
async function ownTasks(work: EmbeddingWork): Promise<readonly EmbeddingTask[]> {
  const { place, context, run } = work;
  const by = { startedBy: startedBy(run) };
  const arns = new Set([
    ...(await listTasks(context.aws, place.cluster, by)),
    ...(await listTasks(context.aws, place.cluster, by, "STOPPED")),
  ]);
  const { tasks } = await lookAtTasks(work, [...arns]);
  return [...tasks.values()];
}

/** This machine's clock may be ahead of ECS's. */
const clockSkewMs = 60_000;

/** The task that a request has started whose answer was not noted: tasks of earlier requests for the bot had ended before it. */
function taskOfIntent({ bot, since }: BotRecord, own: readonly EmbeddingTask[]): string | null {
  const its = own.filter((task) => task.bot === bot && (task.createdAt ?? 0) >= since - clockSkewMs);
  return its.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))[0]?.arn ?? null;
}

async function follow(work: EmbeddingWork, record: BotRecord, task: string): Promise<void> {
  if (record.task === null) await note(work, { ...record, task });
  work.started.set(record.bot, 1);
  work.window.running(record.bot);
}

/** Of tasks that ECS knows no more only what they left behind can tell: those that did not do it are embedded again, as if they had never been. */
async function adoptForgotten(work: EmbeddingWork, forgotten: readonly BotRecord[]): Promise<void> {
  const ids = forgotten.map(({ bot }) => bot);
  const bots = await botsNow(work, ids);
  const rows = await rowsOf(work, ids);
  for (const record of forgotten) {
    const { bot: id, since } = record;
    const verdict = judgeEmbedding({
      task: undefined,
      since,
      bot: bots.get(id),
      rows: rows.get(id),
      stoppedAfter: undefined,
    });
    if (verdict.is !== "done") continue;
    await note(work, { ...record, outcome: "done" });
    settle(work, id, { outcome: "earlier", rows: verdict.rows });
    work.window.ended(id, "done");
  }
}
