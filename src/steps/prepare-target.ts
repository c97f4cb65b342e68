import type { MigrationType } from "../aws/data-migration-options.ts";
import type { Context } from "../context.ts";
import { lockTimeout, underLock } from "../database/build-index.ts";
import { extensionVersion, tableExists, vectorIndexes } from "../database/catalog.ts";
import { withSession } from "../database/direct.ts";
import { id } from "../database/identifiers.ts";
import type { Database, SqlSession, SqlTransaction } from "../database/session.ts";
import { strayDmsSubscriptions } from "../database/subscriptions.ts";
import { readUndoRecord, storeIndex, type UndoRecord, writeUndoRecord } from "../database/undo-record.ts";
import { ExpectedError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { countItems, items, itemsTable } from "../stack/items-table.ts";
import { compareVersions } from "./choose-engine-version.ts";

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
  const sourceVersion = await withSession(source, context, (session) => checkSource(session, migrationType));
  const record = await withSession(target, context, (session) =>
    takeTarget(session, { sourceVersion, role }, context, run),
  );
  const expectedRows = await withSession(source, context, (session) => prepareSource(session, context, run));
  await run.journal.append({ event: "step-ended", step: "prepare-target", result: { expectedRows } });
  return { record, expectedRows };
}

/** Gives the source's version of pgvector. */
async function checkSource(session: SqlSession, migrationType: MigrationType): Promise<string> {
  const [walLevel] = await session.query<{ level: string }>(`select current_setting('wal_level') as "level"`);
  if (migrationType !== "full-load" && walLevel?.level !== "logical")
    throw new ExpectedError(
      `The temporary cluster runs with wal_level = ${walLevel?.level}: logical replication is off.`,
      [
        "If it was restored for a full load, load so: start-dms-migration --migration-type full-load.",
        "Else its parameter group sets rds.logical_replication = 1, which an instance takes at its start: `bedrock-chat-migrate restore-snapshot` reboots one that has not.",
      ].join("\n"),
    );
  return vectorVersion(session, "the temporary cluster");
}

async function vectorVersion(session: SqlTransaction, label: string): Promise<string> {
  if (!(await tableExists(session, itemsTable.schema, itemsTable.table)))
    throw new ExpectedError(
      `There is no table ${itemsTable.schema}.${itemsTable.table} on ${label}.`,
      "It is not a Bedrock Chat database, or its custom resource has not made the schema yet.",
    );
  const version = await extensionVersion(session, "vector");
  if (version !== undefined) return version;
  throw new ExpectedError(`The extension vector is not installed on ${label}.`, "There: CREATE EXTENSION vector;");
}

/** Takes the target for this run, or finds that it was taken by it before. */
async function takeTarget(
  session: SqlSession,
  { sourceVersion, role }: { readonly sourceVersion: string; readonly role: string },
  context: Context,
  run: Run,
): Promise<UndoRecord> {
  const known = await readUndoRecord(session);
  if (known !== undefined) {
    refuseOthers(known, run);
    if (known.phase === "prepared" || known.phase === "loading") await dropIndexesAgain(session, context);
    return known;
  }
  const version = await vectorVersion(session, "the new cluster");
  if (compareVersions(sourceVersion, version) > 0)
    throw new ExpectedError(
      `The extension vector is ${sourceVersion} on the temporary cluster and ${version} on the new one: older cannot be trusted with newer data.`,
      "On the new cluster: ALTER EXTENSION vector UPDATE;",
    );
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
  const bots = await transaction.query<{ bot: string | null; rows: number }>(
    `select botid::text as "bot", count(*)::float8 as "rows" from ${items} group by 1 order by 2 desc, 1`,
  );
  if (bots.length > 0) refuseRows(bots);
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

function refuseRows(bots: readonly { readonly bot: string | null; readonly rows: number }[]): never {
  const rows = bots.reduce((sum, bot) => sum + bot.rows, 0);
  const named = bots.slice(0, 10).map((bot) => `  ${bot.bot ?? "(no bot)"}: ${bot.rows} rows`);
  const more = bots.length > named.length ? [`  and ${bots.length - named.length} more bots`] : [];
  throw new ExpectedError(
    `The new cluster already holds ${rows} rows of ${bots.length} bots, and nothing is overwritten unasked:\n${[...named, ...more].join("\n")}`,
    "Nothing was changed. They are what users synced since the deploy, or what an earlier migration loaded: this version loads only into an empty table.",
  );
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
