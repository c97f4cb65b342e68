import { commandFor } from "../command-for.ts";
import type { DmsLogin, MigrationType } from "../aws/data-migration-options.ts";
import type { Context } from "../context.ts";
import { lockTimeout, underLock } from "../database/build-index.ts";
import { vectorIndexes } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import type { Database, SqlSession, SqlTransaction } from "../database/session.ts";
import { strayDmsSubscriptions } from "../database/subscriptions.ts";
import { isLoaded, readUndoRecord, type UndoRecord, writeUndoRecord } from "../database/undo-record.ts";
import { withSession } from "../database/with-session.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import {
  type BotDecision,
  createDecisionTable,
  describeDecision,
  readDecisions,
  writeDecisions,
} from "../stack/bot-decisions.ts";
import { listBots } from "../stack/bots.ts";
import { type Deployment, requireConversationTable } from "../stack/deployment.ts";
import { heldRows } from "../stack/held-rows.ts";
import { botIds, idsKey } from "../stack/item-ids.ts";
import { countItems, items, itemsTable } from "../stack/items-table.ts";
import { createLoadedTable } from "../stack/loaded-rows.ts";
import type { OnExisting } from "../stack/on-existing.ts";
import { createStoredTable, putBack, storeBot, storedBots } from "../stack/stored-rows.ts";
import { countArrived } from "./compare-ids.ts";
import { type BotRows, decideBots } from "./decide-bots.ts";
import { forgetContent } from "./expected-side.ts";
import { refuseFindings } from "./finding.ts";
import { dropIndexes } from "./drop-indexes.ts";
import { judgePreflight, judgeWalLevel } from "./judge-preflight.ts";
import { judgePrivileges } from "./judge-privileges.ts";
import type { AccountState } from "./look-at-account.ts";
import { type FoundFacts, factsOf } from "./side-facts.ts";
import { noteSourceRetrieval, noteTargetRetrieval } from "./retrieval-baseline.ts";
import { snapshotTarget } from "./target-snapshot.ts";
import { warnOfLoad } from "./warn-of-load.ts";

export interface Preparation {
  readonly source: Database;
  readonly deployment: Deployment;
  readonly migrationType: MigrationType;
  /** The role that DMS will log in to the target with. */
  readonly role: string;
  readonly dmsLogin: DmsLogin;
  readonly onExisting: OnExisting;
  readonly account: AccountState;
  /** Whether a snapshot of the target is taken before its first change. */
  readonly snapshot: boolean;
}

/**
 * Makes both databases ready for a load: settles what becomes of bots that have rows on the target or were deleted since, stores and drops
 * the vector index on both sides (DMS would otherwise maintain it row by row). On the target the record comes with the first change, in
 * one transaction. Gives the number of rows to expect.
 */
export async function prepareTarget(
  preparation: Preparation,
  context: Context,
  run: Run,
): Promise<{ readonly record: UndoRecord; readonly expectedRows: number }> {
  await run.journal.append({ event: "step-began", step: "prepare-target" });
  const { source, deployment } = preparation;
  const prepared = await withSession(source, context, (sourceSession) =>
    withSession(deployment.database, context, async (session) => {
      const record = await takeTarget({ source: sourceSession, target: session }, preparation, context, run);
      const decisions = await readDecisions(session);
      return { record, expectedRows: await prepareSource(sourceSession, decisions, context, run) };
    }),
  );
  const { expectedRows } = prepared;
  await run.journal.append({ event: "step-ended", step: "prepare-target", result: { expectedRows } });
  return prepared;
}

interface Sides {
  readonly source: SqlSession;
  readonly target: SqlSession;
}

/** Takes the target for this run, or finds that it was taken by it before. */
async function takeTarget(sides: Sides, preparation: Preparation, context: Context, run: Run): Promise<UndoRecord> {
  const session = sides.target;
  const sourceFacts = await factsOf(sides.source);
  const known = await readUndoRecord(session);
  if (known === undefined) await firstChange(sides, sourceFacts, preparation, context, run);
  else {
    refuseOthers(known, run);
    if (isLoaded(known.phase)) return known;
    if (preparation.migrationType !== "full-load") refuseFindings(judgeWalLevel(sourceFacts.capacity, run));
  }
  // An index that is there again while nothing has arrived (a cleanup was interrupted) would be trained on nothing.
  if (known?.phase !== "loading" || (await countArrived(sides.source, session)) === 0)
    await dropIndexes(session, context);
  const record = await readUndoRecord(session);
  if (record === undefined) throw new Error("the undo record is not there after it was written");
  return record;
}

async function firstChange(
  sides: Sides,
  sourceFacts: FoundFacts,
  { deployment, migrationType, role, dmsLogin, onExisting, account, snapshot }: Preparation,
  context: Context,
  run: Run,
): Promise<void> {
  const session = sides.target;
  const targetFacts = await factsOf(session);
  const bots = await listBots(context.aws, requireConversationTable(deployment));
  const sourceBots = sourceFacts.table === undefined ? [] : await restoredBots(sides.source);
  const question = { source: sourceBots, known: bots, onExisting };
  // Without a table there are no rows to look for; they are looked for again under the lock.
  const target = targetFacts.table === undefined ? [] : await botIds(session);
  const replicates = migrationType !== "full-load";
  const preflight = [
    ...judgePreflight({ source: sourceFacts, target: targetFacts }, migrationType, {
      stack: run.stack,
      cluster: deployment.cluster.DBClusterIdentifier ?? "",
    }),
    ...judgePrivileges({ privileges: targetFacts.privileges, dmsLogin, replicates }, run),
  ];
  refuseFindings([...account.findings, ...preflight, ...decideBots({ ...question, target }, run.stack).findings]);
  const load = { source: sourceFacts, target: targetFacts, deployment, dmsLogin, replicates };
  await warnOfLoad(load, sides.source, context);
  if (targetFacts.table !== undefined) await noteTargetRetrieval(session, context, run);
  await account.ready();
  if (snapshot) await snapshotTarget(deployment, context, run);
  using task = context.progress.begin("new cluster");
  const settings = { lock_timeout: lockTimeout };
  const decisions = await underLock("Taking the new cluster", task, context, () =>
    session.transaction({ settings }, async (transaction) => {
      // Writers wait, so that no row can slip in after the look; readers do not.
      await transaction.query(`lock table ${items} in share row exclusive mode`);
      const decided = decideBots({ ...question, target: await botIds(transaction) }, run.stack);
      refuseFindings(decided.findings);
      const made = await withHeldRows(transaction, decided.decisions);
      await writeRecord(transaction, made, { role, onExisting }, run);
      return made;
    }),
  );
  task.end(`${target.length === 0 ? "empty; " : ""}taken for this run`);
  const titles = new Map<string | null, string>(bots.map((bot) => [bot.id, bot.title]));
  for (const decision of decisions) context.progress.say(describeDecision(decision, titles.get(decision.bot)));
}

/** Notes with bots that stay which rows they hold: a verification then knows whether they are there still. */
async function withHeldRows(
  transaction: SqlTransaction,
  decisions: readonly BotDecision[],
): Promise<readonly BotDecision[]> {
  const stays = ({ decision }: BotDecision) => decision === "kept" || decision === "own";
  const held = await heldRows(
    transaction,
    decisions.filter(stays).map(({ bot }) => bot),
  );
  const byBot = new Map(held.map((one) => [one.bot, one]));
  return decisions.map((one) => {
    const rows = stays(one) ? byBot.get(one.bot) : undefined;
    return rows === undefined ? one : { ...one, ids: idsKey(rows), last: rows.last };
  });
}

/** Writes the record, and does on the target what was decided: all of it, or nothing. */
async function writeRecord(
  transaction: SqlTransaction,
  decisions: readonly BotDecision[],
  { role, onExisting }: Pick<Preparation, "role" | "onExisting">,
  run: Run,
): Promise<void> {
  const { id: runId, account, region, stack } = run;
  const foreignSubscriptions = await strayDmsSubscriptions(transaction);
  await writeUndoRecord(transaction, { runId, account, region, stack, role, foreignSubscriptions, onExisting });
  await createDecisionTable(transaction);
  await createLoadedTable(transaction);
  await createStoredTable(transaction);
  await writeDecisions(transaction, decisions);
  for (const { bot, decision } of decisions) if (decision === "replaced") await storeBot(transaction, bot);
}

/** The bots that the temporary cluster was restored with, those that were set aside for an earlier load included. */
async function restoredBots(session: SqlSession): Promise<BotRows[]> {
  const rows = new Map<string | null, number>();
  for (const one of [...(await botIds(session)), ...(await storedBots(session))])
    rows.set(one.bot, (rows.get(one.bot) ?? 0) + one.rows);
  return [...rows].map(([bot, count]) => ({ bot, rows: count }));
}

function refuseOthers(known: UndoRecord, run: Run): void {
  if (known.runId === run.id) return;
  throw new ExpectedError(
    `The new cluster is held by run ${known.runId}, begun ${known.began} (phase: ${known.phase}).`,
    `Go on with it (--run ${known.runId}), or end it: ${commandFor("cleanup", { stack: known.stack, run: known.runId })}`,
  );
}

/** Sets aside what is not loaded and counts the rest; measures with the source's vector index, notes and drops it, so that DMS cannot make it anew. */
async function prepareSource(
  session: SqlSession,
  decisions: readonly BotDecision[],
  context: Context,
  run: Run,
): Promise<number> {
  const indexes = await vectorIndexes(session, itemsTable.schema, itemsTable.table);
  await noteSourceRetrieval(session, notLoaded(decisions), context, run);
  if (indexes.length > 0 && !run.state().notes.has("source-vector-indexes")) {
    const definitions = indexes.map((index) => index.definition);
    await run.journal.append({ event: "noted", name: "source-vector-indexes", value: definitions });
  }
  for (const index of indexes) await session.query(`drop index ${id(index.schema, index.index)}`);
  await forgetContent(run);
  await setAside(session, decisions);
  const expectedRows = await countItems(session);
  context.progress.say(`temporary cluster: ${expectedRows.toLocaleString("en-US")} rows to load`);
  return expectedRows;
}

function notLoaded(decisions: readonly BotDecision[]): Set<string | null> {
  return new Set(
    decisions.filter(({ decision }) => ["kept", "lost", "deleted"].includes(decision)).map(({ bot }) => bot),
  );
}

/** Takes bots that are kept or deleted out of the temporary cluster's table, and puts those back that an earlier load had set aside. */
async function setAside(session: SqlSession, decisions: readonly BotDecision[]): Promise<void> {
  const aside = notLoaded(decisions);
  for (const { bot } of await storedBots(session)) if (!aside.has(bot)) await putBack(session, bot);
  if (aside.size === 0) return;
  await createStoredTable(session);
  for (const bot of aside) await storeBot(session, bot);
}
