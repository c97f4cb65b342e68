import type { Context } from "../context.ts";
import { lockTimeout, underLock } from "../database/build-index.ts";
import { vectorIndexes } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import type { SqlSession } from "../database/session.ts";
import { storeIndex } from "../database/undo-record.ts";
import { itemsTable } from "../stack/items-table.ts";

/** Stores and drops the vector indexes of the target, in one transaction; readers wait for as long as that takes. */
export async function dropIndexes(session: SqlSession, context: Context): Promise<void> {
  using task = context.progress.begin("new cluster");
  const dropped = await underLock("Dropping the vector index of the new cluster", task, context, () =>
    session.transaction({ settings: { lock_timeout: lockTimeout } }, async (transaction) => {
      const indexes = await vectorIndexes(transaction, itemsTable.schema, itemsTable.table);
      for (const index of indexes) {
        await storeIndex(transaction, index);
        await transaction.query(`drop index ${id(index.schema, index.index)}`);
      }
      return indexes.map((index) => index.index);
    }),
  );
  task.end(dropped.length === 0 ? undefined : `vector index stored and dropped: ${dropped.join(", ")}`);
}
