import { countGroups, countTable } from "../database/count-table.ts";
import { id } from "../database/identifiers.ts";
import type { SqlSession, SqlTransaction } from "../database/session.ts";

/** The table that Bedrock Chat keeps its embeddings in: what is migrated. */
export const itemsTable = { schema: "public", table: "items" } as const;

/** Its name as SQL takes it. */
export const items = id(itemsTable.schema, itemsTable.table);

/** Its rows, counted as `countTable` does. */
export async function countItems(session: SqlSession | SqlTransaction): Promise<number> {
  return countTable(session, itemsTable);
}

export interface BotCount {
  /** Null: rows that belong to no bot. */
  readonly bot: string | null;
  readonly rows: number;
}

/** Its rows, counted bot by bot as `countTable` does; in the order of the bots' ids. */
export async function countBots(
  session: SqlSession | SqlTransaction,
  onPart?: (done: number, total: number) => void,
): Promise<BotCount[]> {
  const groups = await countGroups(session, itemsTable, "botid", onPart);
  const last = "\u{10ffff}";
  return groups
    .map(({ group, rows }) => ({ bot: group, rows }))
    .toSorted((a, b) => ((a.bot ?? last) < (b.bot ?? last) ? -1 : 1));
}
