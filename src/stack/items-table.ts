import { id } from "../database/identifiers.ts";
import type { SqlTransaction } from "../database/session.ts";

/** The table that Bedrock Chat keeps its embeddings in: what is migrated. */
export const itemsTable = { schema: "public", table: "items" } as const;

/** Its name as SQL takes it. */
export const items = id(itemsTable.schema, itemsTable.table);

/** Its rows, counted. */
export async function countItems(session: SqlTransaction): Promise<number> {
  const [counted] = await session.query<{ rows: number }>(`select count(*)::float8 as "rows" from ${items}`);
  return counted?.rows ?? 0;
}
