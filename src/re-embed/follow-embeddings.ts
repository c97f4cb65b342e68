import { unlessAws } from "../aws/errors.ts";
import type { SyncedBot } from "../stack/bots.ts";
import type { BotRecord } from "./bot-record.ts";
import type { EmbeddedRows } from "./embedded-rows.ts";
import type { EmbeddingTask } from "./embedding-task.ts";
import {
  botsAtWork,
  botsNow,
  type EmbeddingWork,
  lookAtTasks,
  note,
  rowsOf,
  settle,
  tallyEnded,
} from "./embedding-work.ts";
import { judgeElsewhere, judgeEmbedding } from "./judge-embedding.ts";

/** Looks at the tasks that run: stops those that take too long, and settles the bots of those that have ended. */
export async function followEmbeddings(work: EmbeddingWork): Promise<void> {
  const running = work.window.in("running").flatMap((bot) => {
    const record = work.records.get(bot);
    return record === undefined || record.task === null ? [] : [{ ...record, task: record.task }];
  });
  if (running.length === 0) return;
  const described = await lookAtTasks(
    work,
    running.map(({ task }) => task),
  );
  const ended: BotRecord[] = [];
  for (const record of running) {
    const task = described.tasks.get(record.task);
    if (task === undefined) {
      if (described.missing.has(record.task) && isForgotten(work, record.bot)) ended.push(record);
      continue;
    }
    work.misses.delete(record.bot);
    if (task.stopped) ended.push(record);
    else await stopOverdue(work, record);
  }
  await settleEnded(work, ended, described.tasks);
}

/** So many looks a task may be unknown that ECS has just started. */
const believedMisses = 3;

function isForgotten({ misses }: EmbeddingWork, bot: string): boolean {
  misses.set(bot, (misses.get(bot) ?? 0) + 1);
  return (misses.get(bot) ?? 0) >= believedMisses;
}

async function stopOverdue(work: EmbeddingWork, { bot, task, since }: BotRecord): Promise<void> {
  const { context, taskMinutes, overdue } = work;
  if (task === null || overdue.has(bot) || context.clock.now() - since < taskMinutes * 60_000) return;
  const reason = `bedrock-chat-migrate: more than ${taskMinutes} minutes`;
  // It may have ended meanwhile.
  await unlessAws(["InvalidParameterException"], () =>
    context.aws.ecs.stopTask({ cluster: work.place.cluster, task, reason }),
  );
  overdue.add(bot);
}

async function settleEnded(
  work: EmbeddingWork,
  ended: readonly BotRecord[],
  tasks: ReadonlyMap<string, EmbeddingTask>,
): Promise<void> {
  if (ended.length === 0) return;
  // The status first: rows come before it.
  const bots = await botsNow(
    work,
    ended.map(({ bot }) => bot),
  );
  const rows = await rowsOf(work, [...bots.keys()]);
  for (const record of ended)
    await settleOne(work, record, tasks.get(record.task ?? ""), bots.get(record.bot), rows.get(record.bot));
}

async function settleOne(
  work: EmbeddingWork,
  record: BotRecord,
  task: EmbeddingTask | undefined,
  bot: SyncedBot | undefined,
  rows: EmbeddedRows | undefined,
): Promise<void> {
  const { window, context } = work;
  const { bot: id, since } = record;
  const stoppedAfter = work.overdue.has(id) ? work.taskMinutes : undefined;
  const verdict = judgeEmbedding({ task, since, bot, rows, stoppedAfter });
  work.misses.delete(id);
  work.overdue.delete(id);
  tallyEnded(work, task, verdict.is === "done" ? verdict.rows : 0);
  const now = { syncStatus: bot?.syncStatus ?? null, lastExecId: bot?.lastExecId ?? null };
  switch (verdict.is) {
    case "done":
      await note(work, { ...record, outcome: "done" });
      settle(work, id, { outcome: "done", rows: verdict.rows, ...now });
      return window.ended(id, "done");
    case "gone":
      settle(work, id, { outcome: "gone" });
      return window.ended(id, "gone");
    case "elsewhere":
      work.waiting.set(id, { since, looks: 0 });
      return window.elsewhere(id);
    case "failed": {
      await note(work, { ...record, outcome: "failed" });
      const again = window.failed(id, context.clock.now(), verdict.again);
      settle(work, id, { outcome: "failed", rows: rows?.rows ?? 0, why: verdict.why, ...now });
      context.progress.say(`bot ${id}: ${verdict.why}${again ? "; again later" : ""}`);
    }
  }
}

/** Looks at the bots that somebody else syncs: those that are not any more are settled, or are next. */
export async function followOthers(work: EmbeddingWork): Promise<void> {
  const waiting = work.window.in("elsewhere");
  if (waiting.length === 0) return;
  const bots = await botsNow(work, waiting);
  const atWork = await botsAtWork(work);
  const ended = waiting.filter((bot) => !atWork.has(bot) && bots.get(bot)?.syncStatus === "SUCCEEDED");
  const rows = await rowsOf(work, ended);
  for (const id of waiting) {
    const { since, looks } = work.waiting.get(id) ?? { since: 0, looks: 0 };
    const bot = bots.get(id);
    const verdict = judgeElsewhere({ bot, rows: rows.get(id), taskRuns: atWork.has(id), since, looks });
    if (verdict === "wait") work.waiting.set(id, { since, looks: looks + 1 });
    else if (verdict === "start") {
      work.takenOver.add(id);
      work.window.queued(id);
    } else if (verdict === "gone") {
      work.window.ended(id, "gone");
      settle(work, id, { outcome: "gone" });
    } else {
      work.window.ended(id, "done");
      const { syncStatus = null, lastExecId = null } = bot ?? {};
      const attempt = work.records.get(id)?.attempt ?? 0;
      const taskDefinition = work.definition.arn;
      await note(work, { bot: id, attempt, taskDefinition, since, task: null, outcome: "done" });
      settle(work, id, { outcome: "elsewhere", rows: verdict.rows, syncStatus, lastExecId });
    }
  }
}
