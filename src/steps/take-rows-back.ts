import type { Context } from "../context.ts";
import { lockTimeout, underLock } from "../database/build-index.ts";
import type { Database, SqlSession } from "../database/session.ts";
import { setPhase, type UndoRecord } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import { ExpectedError } from "../errors.ts";
import type { Task } from "../progress.ts";
import { readDecisions, writeDecisions } from "../stack/bot-decisions.ts";
import { hasRows } from "../stack/item-ids.ts";
import { items } from "../stack/items-table.ts";
import { countLoaded, takeBackPortion } from "../stack/loaded-rows.ts";
import { putBack, storedBots } from "../stack/stored-rows.ts";
import { compareIds } from "./compare-ids.ts";
import { noteLoaded, waitForWriters } from "./settle-load.ts";

/** A bot whose stored rows were not put back, and why. */
export interface LeftBot {
  readonly bot: string | null;
  readonly rows: number;
  readonly why: "synced since" | "deleted since";
}

/** It as a sentence. */
export function describeLeft({ bot, rows, why }: LeftBot): string {
  const reason = why === "synced since" ? "its user has synced it since, and that stays" : "it was deleted since";
  return `bot ${bot ?? "(none)"}: ${rows} replaced rows were not put back: ${reason}`;
}

/**
 * Notes which rows were loaded, where settling has not, and that they go from now on: whatever is interrupted after it goes by the notes alone.
 * Rows that are put back may have the temporary cluster's ids, too.
 */
export async function beginTakingBack(
  session: SqlSession,
  { record, source }: { readonly record: UndoRecord; readonly source: Database | undefined },
  context: Context,
): Promise<void> {
  // What DMS has begun to write may still be committing.
  await waitForWriters(session, context);
  const noted = record.phase !== "loading" && record.phase !== "loaded";
  const comparison = noted ? undefined : await compareWith(source, session, context);
  await session.transaction({}, async (transaction) => {
    if (comparison !== undefined) await noteLoaded(transaction, comparison);
    await setPhase(transaction, record.runId, "undoing");
  });
}

async function compareWith(source: Database | undefined, target: SqlSession, context: Context) {
  if (source !== undefined) return withSession(source, context, (session) => compareIds(session, target));
  throw new ExpectedError(
    "The temporary cluster is gone, and the load was not finished: nothing tells which of the new cluster's rows were loaded.",
    "Nothing was removed. Restore it again (bedrock-chat-migrate restore-snapshot), then run undo again.",
  );
}

/** Removes the noted rows from the target. Gives how many were there. */
export async function removeLoaded(session: SqlSession, context: Context): Promise<number> {
  using task = context.progress.begin("new cluster");
  const total = await countLoaded(session);
  let [noted, removed] = [0, 0];
  for (;;) {
    context.signal.throwIfAborted();
    const taken = await takeBackPortion(session);
    noted += taken.notes;
    removed += taken.rows;
    if (taken.notes === 0) break;
    task.measure({ phase: "removing loaded rows", done: noted, total, unit: "rows" });
  }
  task.end(`${removed.toLocaleString("en-US")} loaded rows removed`);
  return removed;
}

/** Puts back what the load replaced; not beside what a user's sync has written since, nor of a bot that was deleted since. */
export async function putAllBack(
  session: SqlSession,
  known: ReadonlySet<string>,
  context: Context,
): Promise<{ readonly putBack: number; readonly left: readonly LeftBot[] }> {
  const left: LeftBot[] = [];
  let rowsBack = 0;
  using task = context.progress.begin("new cluster");
  for (const { bot, rows } of await storedBots(session)) {
    const isKnown = bot === null || known.has(bot);
    const answer = isKnown ? await putBotBack(session, bot, task, context) : "deleted since";
    if (typeof answer === "string") left.push({ bot, rows, why: answer });
    else rowsBack += answer;
  }
  task.end(rowsBack === 0 ? undefined : `${rowsBack.toLocaleString("en-US")} replaced rows put back`);
  return { putBack: rowsBack, left };
}

/** Puts a bot's rows back unless it has rows again: its user has synced it since, and no sync can come in between. */
async function putBotBack(
  session: SqlSession,
  bot: string | null,
  task: Task,
  context: Context,
): Promise<number | "synced since"> {
  return underLock("Putting replaced rows back", task, context, () =>
    session.transaction({ settings: { lock_timeout: lockTimeout } }, async (transaction) => {
      await transaction.query(`lock table ${items} in share row exclusive mode`);
      if (await hasRows(transaction, bot)) return "synced since";
      const rows = await putBack(transaction, bot);
      await writeDecisions(transaction, [{ bot, decision: "back", rows }]);
      return rows;
    }),
  );
}

/**
 * Looks once more, by the ids of the temporary cluster where it is still there: only rows that were put back, or that have stayed all the time,
 * may be among them.
 */
export async function proveTakenBack(
  session: SqlSession,
  source: Database | undefined,
  context: Context,
): Promise<void> {
  const noted = await countLoaded(session);
  const { whole, differing } =
    source === undefined
      ? { whole: [], differing: [] }
      : await withSession(source, context, (here) => compareIds(here, session));
  const theirs = (await readDecisions(session)).filter(({ decision }) =>
    ["back", "kept", "own", "lost"].includes(decision),
  );
  const back = new Set(theirs.map(({ bot }) => bot));
  const present = [...whole, ...differing.filter(({ loaded }) => loaded.length > 0)];
  const bots = present.map(({ bot }) => bot).filter((bot) => !back.has(bot));
  if (noted === 0 && bots.length === 0) return;
  throw new ExpectedError(
    `Loaded rows are still on the new cluster${bots.length > 0 ? `, of ${bots.length} bots: ${bots.map((bot) => bot ?? "(none)").join(", ")}` : ""}.`,
    "Run undo again; if they come back, something else loads them: `bedrock-chat-migrate status` shows what is there.",
  );
}
