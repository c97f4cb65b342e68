import { commandFor, type WorksOn } from "../command-for.ts";
import type { Context } from "../context.ts";
import { lockTimeout, underLock } from "../database/build-index.ts";
import type { Database, SqlSession, SqlTransaction } from "../database/session.ts";
import { setPhase } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import {
  type BotDecision,
  describeDecision,
  forgetUnsettled,
  readDecisions,
  unsettled,
  writeDecisions,
} from "../stack/bot-decisions.ts";
import { listBots } from "../stack/bots.ts";
import { requireConversationTable, type Deployment } from "../stack/deployment.ts";
import { botIds, idsOfBot } from "../stack/item-ids.ts";
import { items } from "../stack/items-table.ts";
import { noteLoadedRows, noteWholeBots, removeLoadedRows } from "../stack/loaded-rows.ts";
import type { OnExisting } from "../stack/on-existing.ts";
import { storeInstead } from "../stack/stored-rows.ts";
import { type BotOverlap, compareIds, type IdComparison } from "./compare-ids.ts";
import { judgeOverlap } from "./judge-overlap.ts";

export interface LoadToSettle {
  readonly source: Database;
  readonly target: Database;
  readonly deployment: Deployment;
  readonly onExisting: OnExisting;
}

/**
 * What is to be done after everything has arrived: notes the loaded rows in the record, for `undo`, and settles the bots that their users
 * synced or deleted while the load ran. Gives what could not be settled by the operator's rule. Done again, it looks anew.
 */
export async function settleLoad(load: LoadToSettle, context: Context, run: Run): Promise<BotDecision[]> {
  await run.journal.append({ event: "step-began", step: "settle-load" });
  const decided = await withSession(load.target, context, async (target) => {
    await waitForWriters(target, context);
    // Only now: whoever was deleted before the load ended is not in it.
    const bots = await listBots(context.aws, requireConversationTable(load.deployment));
    const known = new Set(bots.map((bot) => bot.id));
    const comparison = await withSession(load.source, context, (source) => compareIds(source, target));
    refuseForeignList(comparison, known);
    await noteLoaded(target, comparison);
    const settled = [
      ...(await settleBots(target, comparison, known, load.onExisting)),
      ...(await lookAtKept(target, known)),
    ];
    // In one: where this is interrupted, what was not settled is known still.
    await target.transaction({}, async (transaction) => {
      await forgetUnsettled(transaction);
      await writeDecisions(transaction, settled);
      await setPhase(transaction, run.id, "settled");
    });
    return settled;
  });
  for (const decision of decided) context.progress.say(describeDecision(decision));
  const left = unsettled(decided);
  await run.journal.append({ event: "step-ended", step: "settle-load", result: { unsettled: left.length } });
  return left;
}

/**
 * Waits for every transaction that has written to the table to end. One that began to delete before the loaded rows were there does not see
 * them; from now on a sync replaces them as it replaces its own.
 */
export async function waitForWriters(session: SqlSession, context: Context): Promise<void> {
  using task = context.progress.begin("new cluster");
  await underLock("Waiting for writers of the new cluster", task, context, () =>
    session.transaction({ settings: { lock_timeout: lockTimeout } }, (transaction) =>
      transaction.query(`lock table ${items} in share row exclusive mode`),
    ),
  );
  task.end();
}

/** As before the load: a list of bots that knows none of the loaded ones would take all of them for deleted. */
function refuseForeignList({ whole, differing }: IdComparison, known: ReadonlySet<string>): void {
  const bots = [...whole, ...differing].flatMap(({ bot }) => bot ?? []);
  if (bots.length === 0 || bots.some((bot) => known.has(bot))) return;
  throw new ExpectedError(
    `DynamoDB knows none of the ${bots.length} bots that were loaded any more (it lists ${known.size} bots).`,
    "Nothing was removed. Is the stack's table of bots what it was? Then run this again; `undo` takes the load back.",
  );
}

/** Looks whether what was to stay is there still: a load must not have emptied the table. */
async function lookAtKept(target: SqlSession, known: ReadonlySet<string>): Promise<BotDecision[]> {
  const kept = (await readDecisions(target)).filter(({ decision }) => ["kept", "own", "lost"].includes(decision));
  if (kept.length === 0) return [];
  const there = new Set((await botIds(target)).map(({ bot }) => bot));
  return kept.flatMap((one): BotDecision[] => {
    const gone = !there.has(one.bot) && one.rows > 0 && (one.bot === null || known.has(one.bot));
    if (gone) return [{ ...one, decision: "lost" }];
    return one.decision === "lost" ? [{ ...one, decision: "kept" }] : [];
  });
}

/** Notes in the record which of the target's rows came from the source. */
export async function noteLoaded(target: SqlTransaction, { whole, differing }: IdComparison): Promise<void> {
  await noteWholeBots(target, whole);
  for (const { loaded } of differing) await noteLoadedRows(target, loaded);
}

async function settleBots(
  target: SqlSession,
  { whole, differing }: IdComparison,
  known: ReadonlySet<string>,
  onExisting: OnExisting,
): Promise<BotDecision[]> {
  const decided: BotDecision[] = [];
  for (const { bot, rows } of whole) {
    if (bot === null || known.has(bot)) continue;
    await removeLoadedRows(target, await idsOfBot(target, bot));
    decided.push({ bot, decision: "deleted", rows });
  }
  for (const overlap of differing) decided.push(await settleBot(target, overlap, known, onExisting));
  return decided;
}

async function settleBot(
  target: SqlSession,
  overlap: BotOverlap,
  known: ReadonlySet<string>,
  onExisting: OnExisting,
): Promise<BotDecision> {
  const { decision, rows, remove } = judgeOverlap(overlap, {
    known: overlap.bot === null || known.has(overlap.bot),
    onExisting,
  });
  if (remove === "loaded") await removeLoadedRows(target, overlap.loaded);
  if (remove === "foreign")
    await target.transaction({}, (transaction) => storeInstead(transaction, overlap.bot, overlap.foreign));
  return { bot: overlap.bot, decision, rows };
}

/** Throws an ExpectedError that names the bots which the load has left unsettled; nothing where there is none. */
export function refuseUnsettled(left: readonly BotDecision[], on: WorksOn): void {
  if (left.length === 0) return;
  const lines = left.map((one) => `  ${describeDecision(one)}`);
  const mixed = left.some(({ decision }) => decision === "mixed");
  const incomplete = left.some(({ decision }) => decision === "incomplete");
  throw new ExpectedError(
    `The load has ended, the vector index is there, but ${left.length} bots are not as they should be:\n${lines.join("\n")}`,
    [
      ...(mixed
        ? [
            `Of those with a user's rows beside loaded ones, say which stay: ${commandFor("start-dms-migration", on, "--on-existing", "keep-target")} (the user's), or --on-existing replace-target (the old cluster's). A sync of the bot by its user settles it as well.`,
          ]
        : []),
      ...(incomplete
        ? [
            "Of those with rows missing: were all documents taken out of the bot meanwhile? Then that is as it should be, and goes on being named until its user syncs it again.",
          ]
        : []),
      ...(left.some(({ decision }) => decision === "lost")
        ? [
            "Of those that hold none of the rows that were to stay: were they emptied by their users? If not, the snapshot of the new cluster has them.",
          ]
        : []),
      "`undo` takes the whole load back.",
    ].join("\n"),
  );
}
