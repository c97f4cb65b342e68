import { createHash } from "node:crypto";
import type { Context } from "../context.ts";
import type { Task } from "../progress.ts";
import { buildConcurrently } from "./build-concurrently.ts";
import { buildSettings, lockTimeout, tellingBuild, underLock } from "./build-index.ts";
import { id } from "./identifiers.ts";
import { withName } from "./index-definition.ts";
import { runLong } from "./long-statement.ts";
import type { Database, SqlSession } from "./session.ts";
import { setTuned, type StoredIndex } from "./undo-record.ts";

export interface Replacement {
  /** The index that is there, with the definition that it is to have. */
  readonly index: StoredIndex;
  /** Whether inserts go on meanwhile. */
  readonly concurrently: boolean;
}

/**
 * Builds an index of the record anew with another definition, under a name of our own; then, in one transaction, drops the old one, gives the new
 * one its name, and notes it in the record. Queries have an index at any time. Killed in between, the old one is there still, and
 * `dropHalfBuilt` removes the other.
 */
export async function replaceIndex(
  database: Database,
  { index, concurrently }: Replacement,
  task: Task,
  context: Context,
): Promise<void> {
  const name = nameWhileBuilt(index);
  const built = { ...index, index: name, definition: withName(index.definition, name) };
  await tellingBuild(database, index, task, context, async (session) => {
    await dropHalfBuilt(session, index, context);
    if (concurrently) await buildConcurrently(session, built, task, context);
    else {
      const settings = await buildSettings(session, index);
      await underLock(`Building ${index.index} anew`, task, context, () =>
        runLong(session, { name: workName(index), settings, body: `${built.definition};` }, context, () => undefined),
      );
    }
    task.state("built; taking the old one's place");
    await underLock(`Replacing ${index.index}`, task, context, () => swap(session, index));
  });
}

async function swap(session: SqlSession, index: StoredIndex): Promise<void> {
  await session.transaction({ settings: { lock_timeout: lockTimeout } }, async (transaction) => {
    await transaction.query(`drop index ${id(index.schema, index.index)}`);
    await transaction.query(`alter index ${id(index.schema, nameWhileBuilt(index))} rename to ${id(index.index)}`);
    await setTuned(transaction, index, index.definition);
  });
}

/** Removes what a build that was cut off has left, or leaves when it ends: that is waited for. No effect where there is nothing. */
export async function dropHalfBuilt(session: SqlSession, index: StoredIndex, context: Context): Promise<void> {
  using task = context.progress.begin(`index ${index.index}`);
  const name = id(index.schema, nameWhileBuilt(index));
  await underLock(`Removing what is left of another build of ${index.index}`, task, context, () =>
    // Of the build's own name: it begins when that has ended.
    runLong(
      session,
      { name: workName(index), settings: { lock_timeout: lockTimeout }, body: `drop index if exists ${name};` },
      context,
      () => task.state("is being built already, by a call that was cut off; waiting for that one"),
    ),
  );
  task.end();
}

function workName({ schema, index }: StoredIndex): string {
  return `index ${schema}.${index}, anew`;
}

/** Needs no quotes, and is no longer than a name may be. */
function nameWhileBuilt({ schema, index }: StoredIndex): string {
  return `bcm_building_${createHash("sha256").update(`${schema}.${index}`).digest("hex").slice(0, 12)}`;
}
