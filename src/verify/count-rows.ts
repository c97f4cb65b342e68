import { tableExists, userTables } from "../database/catalog.ts";
import { countTable } from "../database/count-table.ts";
import type { Task } from "../progress.ts";
import type { SqlSession } from "../database/session.ts";
import { type BotCount, countBots, itemsTable } from "../stack/items-table.ts";

export interface TableCount {
  readonly schema: string;
  readonly table: string;
  /** Undefined where the login may not read the table. */
  readonly rows: number | undefined;
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
      const name = `${schema}.${table}`;
      tables.push({ schema, table, rows: await countTable(transaction, { schema, table }, telling(task, name)) });
    }
    const hasItems = await tableExists(transaction, itemsTable.schema, itemsTable.table);
    const bots = hasItems ? await countBots(transaction, telling(task, "bot by bot")) : [];
    return { tables, bots };
  });
}

function telling(task: Task, phase: string): (done: number, total: number) => void {
  return (done, total) => (total === 1 ? task.state(phase) : task.measure({ phase, done, total, unit: "parts" }));
}
