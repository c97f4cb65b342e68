import { denialOf } from "../aws/denied.ts";
import type { Context } from "../context.ts";
import { withSession } from "../database/with-session.ts";
import type { Database, SqlSession } from "../database/session.ts";
import { allEnded } from "../settled.ts";
import type { Run } from "../provision/run.ts";
import type { BotDecision } from "../stack/bot-decisions.ts";
import { type Bot, listBots } from "../stack/bots.ts";
import { idsOfBot } from "../stack/item-ids.ts";
import { itemsTable } from "../stack/items-table.ts";
import type { Deployment } from "../stack/deployment.ts";
import {
  type ComparedBot,
  compareCounts,
  type CountsComparison,
  type CountsQuestion,
  type DecidedBot,
} from "../verify/compare-counts.ts";
import { countRows, type SideCounts } from "../verify/count-rows.ts";
import { decisionsOf } from "./note-load.ts";
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
  const decided = await withSession(deployment.database, context, (session) => decidedBots(session, run));
  const question = { source, target, bots, mustHold: name, decided };
  const first = compareCounts({ ...question, syncedSince: new Set() });
  const doubtful = first.bots.filter(({ verdict, source: rows }) => verdict === "different" && rows > 0);
  const syncedSince = await syncedAmong(doubtful, database, deployment.database, context);
  const comparison = syncedSince.size === 0 ? first : compareCounts({ ...question, syncedSince });
  const items = comparison.tables.find((one) => one.table === name);
  const rows = { source: items?.source ?? null, target: items?.target ?? null };
  await run.journal.append({
    event: "step-ended",
    step: "verify-counts",
    result: { outcome: comparison.outcome, ...rows },
  });
  return { run: run.id, ...comparison, rows };
}

const verdicts: Partial<Record<BotDecision["decision"], DecidedBot["verdict"]>> = {
  kept: "kept",
  own: "kept",
  lost: "kept",
  deleted: "deleted since",
};

/** What this run has decided about bots. */
async function decidedBots(session: SqlSession, run: Run): Promise<CountsQuestion["decided"]> {
  const decided = (await decisionsOf(session, run)).flatMap(({ bot, decision, rows }) => {
    const verdict = verdicts[decision];
    return verdict === undefined ? [] : [[bot, { verdict, rows }] as const];
  });
  return new Map(decided);
}

/** The bots that hold none of the source's rows on the target, and others: a sync has replaced them. */
async function syncedAmong(
  bots: readonly ComparedBot[],
  source: Database,
  target: Database,
  context: Context,
): Promise<Set<string | null>> {
  const synced = new Set<string | null>();
  if (bots.length === 0) return synced;
  await withSession(source, context, (here) =>
    withSession(target, context, async (there) => {
      for (const { bot } of bots) {
        const [before, now] = [await idsOfBot(here, bot), await idsOfBot(there, bot)];
        if (now.size > 0 && [...now].every((id) => !before.has(id))) synced.add(bot);
      }
    }),
  );
  return synced;
}

/** Titles make the result readable; what was made since the load is known by them alone. Undefined where they cannot be read. */
async function knownBots(deployment: Deployment, context: Context): Promise<Bot[] | undefined> {
  if (deployment.conversationTable === undefined) return undefined;
  return listBots(context.aws, deployment.conversationTable).catch((error: unknown) => {
    context.signal.throwIfAborted();
    const why = denialOf(error) ?? `DynamoDB answers ${error instanceof Error ? error.message : String(error)}`;
    context.progress.say(`no titles, and bots that were made since the load cannot be told: ${why}`);
    return undefined;
  });
}

async function count(database: Database, context: Context): Promise<SideCounts> {
  using task = context.progress.begin(`counting ${database.label}`);
  const counted = await withSession(database, context, (session) => countRows(session, task));
  const rows = counted.tables.reduce((sum, table) => sum + (table.rows ?? 0), 0);
  task.end(`${rows.toLocaleString("en-US")} rows`);
  return counted;
}
