import { denialOf } from "../aws/denied.ts";
import type { Context } from "../context.ts";
import { withSession } from "../database/with-session.ts";
import type { Database } from "../database/session.ts";
import { allEnded } from "../settled.ts";
import type { Run } from "../provision/run.ts";
import { type Bot, listBots } from "../stack/bots.ts";
import { itemsTable } from "../stack/items-table.ts";
import type { Deployment } from "../stack/deployment.ts";
import { compareCounts, type CountsComparison } from "../verify/compare-counts.ts";
import { countRows, type SideCounts } from "../verify/count-rows.ts";
import { temporaryDatabase } from "./temporary-cluster.ts";

export interface VerifyCountsResult extends CountsComparison {
  readonly run: string;
  readonly rows: { readonly source: number | null; readonly target: number | null };
}

/** Counts both sides and compares. Throws where a side cannot be counted: it never counts as equal. */
export async function verifyCounts(deployment: Deployment, context: Context, run: Run): Promise<VerifyCountsResult> {
  await run.journal.append({ event: "step-began", step: "verify-counts" });
  const database = await temporaryDatabase(context, run);
  const [source, target, bots] = await allEnded([
    count(database, context),
    count(deployment.database, context),
    knownBots(deployment, context),
  ]);
  const name = `${itemsTable.schema}.${itemsTable.table}`;
  const comparison = compareCounts({ source, target, bots, mustHold: name });
  const items = comparison.tables.find((one) => one.table === name);
  const rows = { source: items?.source ?? null, target: items?.target ?? null };
  await run.journal.append({
    event: "step-ended",
    step: "verify-counts",
    result: { outcome: comparison.outcome, ...rows },
  });
  return { run: run.id, ...comparison, rows };
}

/** Titles make the result readable; without the right to read them the counts are as good. */
async function knownBots(deployment: Deployment, context: Context): Promise<Bot[]> {
  if (deployment.conversationTable === undefined) return [];
  return listBots(context.aws, deployment.conversationTable).catch((error: unknown) => {
    context.signal.throwIfAborted();
    const why = denialOf(error) ?? `DynamoDB answers ${error instanceof Error ? error.message : String(error)}`;
    context.progress.say(`no titles: ${why}`);
    return [];
  });
}

async function count(database: Database, context: Context): Promise<SideCounts> {
  using task = context.progress.begin(`counting ${database.label}`);
  const counted = await withSession(database, context, (session) => countRows(session, task));
  const rows = counted.tables.reduce((sum, table) => sum + (table.rows ?? 0), 0);
  task.end(`${rows.toLocaleString("en-US")} rows`);
  return counted;
}
