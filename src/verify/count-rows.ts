import { tableExists, userTables } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import type { Task } from "../progress.ts";
import type { SqlSession } from "../database/session.ts";
import { items, itemsTable } from "../stack/items-table.ts";

export interface TableCount {
  readonly schema: string;
  readonly table: string;
  /** Undefined where the login may not read the table. */
  readonly rows: number | undefined;
}

export interface BotCount {
  /** Null: rows that belong to no bot. */
  readonly bot: string | null;
  readonly rows: number;
}

/** What one side holds, counted in one snapshot of it. */
export interface SideCounts {
  readonly tables: readonly TableCount[];
  readonly bots: readonly BotCount[];
}

/** Counts every user table, and the rows of every bot, in one read-only REPEATABLE READ transaction. Exact: no statistics. */
export async function countRows(session: SqlSession, task: Task): Promise<SideCounts> {
  const options = {
    isolation: "repeatable read" as const,
    readOnly: true,
    // A row security policy would hide rows from the count: refuse to count instead.
    settings: { row_security: "off" },
  };
  return session.transaction(options, async (transaction) => {
    const tables: TableCount[] = [];
    for (const { schema, table, readable } of await userTables(transaction)) {
      if (!readable) {
        tables.push({ schema, table, rows: undefined });
        continue;
      }
      task.state(`${schema}.${table}`);
      const counted = await transaction.query<{ rows: number }>(
        `select count(*)::float8 as "rows" from ${id(schema, table)}`,
      );
      tables.push({ schema, table, rows: counted[0]?.rows });
    }
    const hasItems = await tableExists(transaction, itemsTable.schema, itemsTable.table);
    if (hasItems) task.state("bot by bot");
    const bots = hasItems
      ? await transaction.query<BotCount>(
          `select botid::text as "bot", count(*)::float8 as "rows"
             from ${items} group by 1 order by 1`,
        )
      : [];
    return { tables, bots };
  });
}
