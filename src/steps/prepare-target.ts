import type { MigrationType } from "../aws/data-migration-options.ts";
import type { Context } from "../context.ts";
import { lockTimeout, underLock } from "../database/build-index.ts";
import { vectorIndexes } from "../database/catalog.ts";
import { withSession } from "../database/with-session.ts";
import { id } from "../database/identifiers.ts";
import { installedExtension, replicationCapacity, tableShape } from "../database/migration-facts.ts";
import type { Database, SqlSession, SqlTransaction } from "../database/session.ts";
import { strayDmsSubscriptions } from "../database/subscriptions.ts";
import { readUndoRecord, storeIndex, type UndoRecord, writeUndoRecord } from "../database/undo-record.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { countBots, countItems, items, itemsTable } from "../stack/items-table.ts";
import { type Finding, judgePreflight, judgeWalLevel, refuseFindings, type SideFacts } from "./judge-preflight.ts";

export interface Preparation {
  readonly source: Database;
  readonly target: Database;
  readonly migrationType: MigrationType;
  /** The role that DMS will log in to the target with. */
  readonly role: string;
}

/**
 * Makes both databases ready for a load: refuses a target that holds rows, stores and drops the vector index on both sides (DMS would
 * otherwise maintain it row by row). On the target, record and change are one transaction. Gives the number of rows to expect.
 */
export async function prepareTarget(
  { source, target, migrationType, role }: Preparation,
  context: Context,
  run: Run,
): Promise<{ readonly record: UndoRecord; readonly expectedRows: number }> {
  await run.journal.append({ event: "step-began", step: "prepare-target" });
  const sourceFacts = await withSession(source, context, factsOf);
  const record = await withSession(target, context, (session) =>
    takeTarget(session, { sourceFacts, migrationType, role }, context, run),
  );
  const expectedRows = await withSession(source, context, (session) => prepareSource(session, context, run));
  await run.journal.append({ event: "step-ended", step: "prepare-target", result: { expectedRows } });
  return { record, expectedRows };
}

/** What the judgement of a load needs to know of a database. */
async function factsOf(session: SqlSession): Promise<SideFacts> {
  return {
    table: await tableShape(session, itemsTable.schema, itemsTable.table),
    vector: await installedExtension(session, "vector"),
    vectorIndexes: await vectorIndexes(session, itemsTable.schema, itemsTable.table),
    capacity: await replicationCapacity(session),
  };
}

interface Taking extends Pick<Preparation, "migrationType" | "role"> {
  readonly sourceFacts: SideFacts;
}

/** Takes the target for this run, or finds that it was taken by it before. */
async function takeTarget(
  session: SqlSession,
  { sourceFacts, migrationType, role }: Taking,
  context: Context,
  run: Run,
): Promise<UndoRecord> {
  const known = await readUndoRecord(session);
  if (known !== undefined) {
    refuseOthers(known, run);
    if (known.phase !== "prepared" && known.phase !== "loading") return known;
    if (migrationType !== "full-load") refuseFindings(judgeWalLevel(sourceFacts.capacity));
    await dropIndexesAgain(session, context);
    return known;
  }
  const target = await factsOf(session);
  // Without a table there are no rows to look for; they are looked for again under the lock.
  const rows = target.table === undefined ? [] : await rowsInTheWay(session);
  refuseFindings([...judgePreflight({ source: sourceFacts, target }, migrationType), ...rows]);
  using task = context.progress.begin("new cluster");
  const dropped = await underLock("Dropping the vector index of the new cluster", task, context, () =>
    session.transaction({ settings: { lock_timeout: lockTimeout } }, (transaction) => change(transaction, role, run)),
  );
  task.end(`empty; vector index stored and dropped: ${dropped.join(", ") || "there was none"}`);
  const record = await readUndoRecord(session);
  if (record === undefined) throw new Error("the undo record is not there after it was written");
  return record;
}

/** The first change of the target: all of it, or nothing. The lock comes first, so that no row can slip in after the look. */
async function change(transaction: SqlTransaction, role: string, run: Run): Promise<string[]> {
  await transaction.query(`lock table ${items} in access exclusive mode`);
  refuseFindings(await rowsInTheWay(transaction));
  const { id: runId, account, region, stack } = run;
  const foreignSubscriptions = await strayDmsSubscriptions(transaction);
  await writeUndoRecord(transaction, { runId, account, region, stack, role, foreignSubscriptions });
  return storeAndDropIndexes(transaction);
}

async function storeAndDropIndexes(transaction: SqlTransaction): Promise<string[]> {
  const indexes = await vectorIndexes(transaction, itemsTable.schema, itemsTable.table);
  for (const index of indexes) {
    await storeIndex(transaction, index);
    await transaction.query(`drop index ${id(index.schema, index.index)}`);
  }
  return indexes.map((index) => index.index);
}

/** A cleanup that was interrupted may have built the index again, on a table without rows: it would be trained on nothing. */
async function dropIndexesAgain(session: SqlSession, context: Context): Promise<void> {
  using task = context.progress.begin("new cluster");
  const dropped = await underLock("Dropping the vector index of the new cluster", task, context, () =>
    session.transaction({ settings: { lock_timeout: lockTimeout } }, async (transaction) => {
      await transaction.query(`lock table ${items} in access exclusive mode`);
      return (await countItems(transaction)) === 0 ? storeAndDropIndexes(transaction) : [];
    }),
  );
  task.end(dropped.length === 0 ? undefined : `still empty; vector index dropped again: ${dropped.join(", ")}`);
}

function refuseOthers(known: UndoRecord, run: Run): void {
  if (known.runId === run.id) return;
  throw new ExpectedError(
    `The new cluster is held by run ${known.runId}, begun ${known.began} (phase: ${known.phase}).`,
    `Go on with it (--run ${known.runId}), or end it: bedrock-chat-migrate cleanup --run ${known.runId}`,
  );
}

/** Rows on the target stand against a load: nothing is overwritten unasked. */
async function rowsInTheWay(session: SqlTransaction): Promise<Finding[]> {
  const bots = (await countBots(session)).toSorted((a, b) => b.rows - a.rows);
  if (bots.length === 0) return [];
  const rows = bots.reduce((sum, bot) => sum + bot.rows, 0);
  const named = bots.slice(0, 10).map((bot) => `  ${bot.bot ?? "(no bot)"}: ${bot.rows} rows`);
  const more = bots.length > named.length ? [`  and ${bots.length - named.length} more bots`] : [];
  return [
    {
      what: `The new cluster already holds ${rows} rows of ${bots.length} bots, and nothing is overwritten unasked:\n${[...named, ...more].join("\n")}`,
      remedy:
        "Nothing was changed. They are what users synced since the deploy, or what an earlier migration loaded: this version loads only into an empty table.",
    },
  ];
}

/** Counts what will be loaded; notes and drops the source's vector index, so that DMS cannot make it anew before the load. */
async function prepareSource(session: SqlSession, context: Context, run: Run): Promise<number> {
  const indexes = await vectorIndexes(session, itemsTable.schema, itemsTable.table);
  if (indexes.length > 0 && !run.state().notes.has("source-vector-indexes")) {
    const definitions = indexes.map((index) => index.definition);
    await run.journal.append({ event: "noted", name: "source-vector-indexes", value: definitions });
  }
  for (const index of indexes) await session.query(`drop index ${id(index.schema, index.index)}`);
  const expectedRows = await countItems(session);
  context.progress.say(`temporary cluster: ${expectedRows.toLocaleString("en-US")} rows to load`);
  return expectedRows;
}
