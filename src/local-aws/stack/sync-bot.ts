import type { Item } from "./bot-items.ts";
import { findBotItem, type TablePlace, writeTexts } from "./bots-table.ts";
import { withMasterUser } from "./database.ts";
import type { Deployment } from "./deployment.ts";
import { loadRows } from "./load-rows.ts";
import { randomOf } from "./random.ts";
import { itemRows } from "./rows.ts";

/** What has become of a user's sync of a bot. */
export interface BotSync {
  readonly bot: string;
  readonly title: string;
  /** As the bot's `SyncStatus` is now, with its reason. */
  readonly status: "QUEUED" | "SUCCEEDED" | "FAILED";
  readonly reason: string;
  /** The embedding task, as the bot's `LastExecId`; "" where none ran. */
  readonly task: string;
  /** Rows that the bot has been given. */
  readonly rows: number;
}

/**
 * A user saves a bot: it becomes QUEUED, and where the stack's pipe runs, an embedding task replaces its rows on the cluster of now. The
 * seed, the bot and `times` (1: its first sync) determine the rows, but for the moment that their ULIDs hold. Throws an Error for a bot
 * that DynamoDB does not know; what goes wrong in the task is told as FAILED, as upstream does.
 */
export async function syncBot(deployment: Deployment, bot: string, times: number): Promise<BotSync> {
  const place: TablePlace = {
    dynamoDbPort: deployment.dynamoDbPort,
    region: deployment.world.region,
    tableName: deployment.names.tableName,
  };
  const item = await findBotItem(place, bot);
  if (item === undefined) throw new Error(`There is no bot ${bot} in the table ${place.tableName}.`);
  const told = { bot, title: item["Title"]?.S ?? "" };
  await writeTexts(place, item, { SyncStatus: "QUEUED", SyncStatusReason: "" });
  const pipe = deployment.world.pipes.get(deployment.names.pipeName);
  if (pipe?.currentState !== "RUNNING")
    return { ...told, status: "QUEUED", reason: "No pipe of the stack runs.", task: "", rows: 0 };
  const task = randomOf(deployment.seed, `task ${String(times)} of ${bot}`).text("0123456789abcdef", 32);
  await writeTexts(place, item, { SyncStatus: "RUNNING", LastExecId: task });
  const ended = await embed(deployment, item, { bot, times }).then(
    (rows) => ({ status: "SUCCEEDED" as const, reason: "", rows }),
    (error: unknown) => ({ status: "FAILED" as const, reason: messageOf(error), rows: 0 }),
  );
  await writeTexts(place, item, { SyncStatus: ended.status, SyncStatusReason: ended.reason });
  return { ...told, ...ended, task };
}

/** A sync that came to nothing, as its error says. */
export function failedSync(bot: string, error: unknown): BotSync {
  return { bot, title: "", status: "FAILED", reason: messageOf(error), task: "", rows: 0 };
}

/** The embedding task's transaction: the bot's rows go, new ones with new ids come. Gives how many; without knowledge it does nothing. */
async function embed(deployment: Deployment, item: Item, sync: { bot: string; times: number }): Promise<number> {
  const knowledge = item["Knowledge"]?.M ?? {};
  const documents = (kind: string): number => knowledge[kind]?.L?.length ?? 0;
  if (documents("sitemap_urls") > 0) throw new Error("Sitemaps are not implemented.");
  const pages = documents("source_urls") + documents("filenames");
  if (pages === 0) return 0;
  const { world, cluster, secret, names, seed, dimensions } = deployment;
  const seeded = deployment.bots.find(({ id }) => id === sync.bot);
  const rows = (seeded?.rows ?? 3 * pages) + sync.times;
  const synced = { id: sync.bot, userId: item["PK"]?.S ?? "", embeddedAt: Date.now(), rows };
  // Other texts and vectors than those that were seeded, or that came with the sync before.
  const options = { seed: seed + 1_000_003 * sync.times, dimensions, bucket: names.bucketName };
  const { password } = JSON.parse(secret.value) as { password: string };
  await withMasterUser(world, cluster, password, async (client) => {
    await client.query("BEGIN");
    await client.query("DELETE FROM items WHERE botid = $1", [sync.bot]);
    await loadRows(client, itemRows([synced], options), () => undefined);
    await client.query("COMMIT");
  });
  return rows;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
