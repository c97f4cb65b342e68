import { commandFor } from "../command-for.ts";
import type { Context } from "../context.ts";
import { lockTimeout, underLock } from "../database/build-index.ts";
import { type Database, type SqlSession, UnreachableError } from "../database/session.ts";
import { setPhase, type UndoRecord } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import { ExpectedError } from "../errors.ts";
import type { Task } from "../progress.ts";
import { type BotDecision, readDecisions, writeDecisions } from "../stack/bot-decisions.ts";
import { hasRows } from "../stack/item-ids.ts";
import { items } from "../stack/items-table.ts";
import { countLoaded, takeBackPortion } from "../stack/loaded-rows.ts";
import { putBack, storedBots } from "../stack/stored-rows.ts";
import { compareIds, type IdComparison } from "./compare-ids.ts";
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
  // What was kept may have the temporary cluster's ids, where that was restored again and nothing is set aside there.
  const theirs = await botsThatStayed(session);
  const comparison = noted ? undefined : without(theirs, await compareWith(source, session, record.stack, context));
  await session.transaction({}, async (transaction) => {
    if (comparison !== undefined) await noteLoaded(transaction, comparison);
    await setPhase(transaction, record.runId, "undoing");
  });
}

/** Bots whose rows on the target are not the load's: by the decisions before it, and by what an undo has put back. */
async function botsThatStayed(session: SqlSession): Promise<ReadonlySet<string | null>> {
  const staying: readonly BotDecision["decision"][] = ["kept", "own", "lost", "deleted", "back"];
  return new Set((await readDecisions(session)).flatMap((one) => (staying.includes(one.decision) ? [one.bot] : [])));
}

function without(bots: ReadonlySet<string | null>, { whole, differing }: IdComparison): IdComparison {
  return { whole: whole.filter(({ bot }) => !bots.has(bot)), differing: differing.filter(({ bot }) => !bots.has(bot)) };
}

async function compareWith(
  source: Database | undefined,
  target: SqlSession,
  stack: string,
  context: Context,
): Promise<IdComparison> {
  if (source !== undefined) return withSession(source, context, (session) => compareIds(session, target));
  throw new ExpectedError(
    "The temporary cluster is gone, and the load was not finished: nothing tells which of the new cluster's rows were loaded.",
    `Nothing was removed. Restore it again (${commandFor("restore-snapshot", { stack })}), then run undo again.`,
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

/** A list of bots that is not this deployment's would let every stored row count as a deleted bot's, and go with the record. */
export async function refuseForeignList(session: SqlSession, known: ReadonlySet<string>): Promise<void> {
  const bots = (await storedBots(session)).flatMap(({ bot }) => bot ?? []);
  if (bots.length === 0 || bots.some((bot) => known.has(bot))) return;
  throw new ExpectedError(
    `DynamoDB knows none of the ${bots.length} bots whose replaced rows are to be put back (it lists ${known.size} bots).`,
    "Nothing more was done. Is the stack's table of bots what it was? Then run undo again.",
  );
}

/** Puts back what the load replaced; not beside what a user's sync has written since, nor of a bot that was deleted since. */
export async function putAllBack(
  session: SqlSession,
  known: ReadonlySet<string>,
  context: Context,
): Promise<{ readonly putBack: number; readonly left: readonly LeftBot[] }> {
  await refuseForeignList(session, known);
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
 * may be among them. What came late is noted, so that another undo removes it.
 */
export async function proveTakenBack(
  session: SqlSession,
  source: Database | undefined,
  context: Context,
): Promise<void> {
  const noted = await countLoaded(session);
  const found = source === undefined ? { whole: [], differing: [] } : await compareOrSay(source, session, context);
  const { whole, differing } = without(await botsThatStayed(session), found);
  const stored = new Set((await storedBots(session)).map(({ bot }) => bot));
  const present = [...whole, ...differing.filter(({ loaded }) => loaded.length > 0)];
  // Of a bot whose stored rows were not put back, a sync wrote what is there.
  const bots = present.map(({ bot }) => bot).filter((bot) => !stored.has(bot));
  if (noted === 0 && bots.length === 0) return;
  await noteLoaded(session, without(stored, { whole, differing }));
  throw new ExpectedError(
    `Loaded rows are still on the new cluster${bots.length > 0 ? `, of ${bots.length} bots: ${bots.map((bot) => bot ?? "(none)").join(", ")}` : ""}.`,
    "Run undo again, which removes them; if they come back, something else loads them: `status` shows what is there.",
  );
}

/** Without the temporary cluster an undo goes by its notes. */
async function compareOrSay(source: Database, target: SqlSession, context: Context): Promise<IdComparison> {
  try {
    return await withSession(source, context, (session) => compareIds(session, target));
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    context.progress.say(`the last look at the temporary cluster is left out: ${error.message}`);
    return { whole: [], differing: [] };
  }
}
