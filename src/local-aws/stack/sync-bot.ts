import { changeDocuments, documentNamed } from "../services/ecs/documents.ts";
import { runTask } from "../services/ecs/run-task.ts";
import { findBotItem, type TablePlace, writeTexts } from "./bots-table.ts";
import type { Deployment } from "./deployment.ts";
import { sourcesOfBot } from "./document-sources.ts";

/** What has become of a user's sync of a bot. */
export interface BotSync {
  readonly bot: string;
  readonly title: string;
  /** As the bot's `SyncStatus` is now, with its reason; FAILED also where its task was ended before it could write any. */
  readonly status: "QUEUED" | "SUCCEEDED" | "FAILED";
  readonly reason: string;
  /** The embedding task, as the bot's `LastExecId`; "" where none ran. */
  readonly task: string;
  /** Rows that the bot has been given. */
  readonly rows: number;
}

/**
 * A user changes a bot's documents and saves it: it becomes QUEUED, and where the stack's pipe runs, an embedding task replaces its rows on the
 * cluster of now. Fulfilled when that has stopped. Throws an Error for a bot that DynamoDB does not know; what goes wrong in the task is told
 * as FAILED, as upstream does.
 */
export async function syncBot({ world, names, dynamoDbPort }: Deployment, bot: string): Promise<BotSync> {
  const place: TablePlace = { dynamoDbPort, region: world.region, tableName: names.tableName };
  const item = await findBotItem(place, bot);
  if (item === undefined) throw new Error(`There is no bot ${bot} in the table ${place.tableName}.`);
  const told = { bot, title: item["Title"]?.S ?? "" };
  const sources = sourcesOfBot(item, names.bucketName);
  const { documents } = world.ecs;
  changeDocuments(documents, sources);
  await writeTexts(place, item, { SyncStatus: "QUEUED", SyncStatusReason: "" });
  const pipe = world.pipes.get(names.pipeName);
  const [task] = pipe?.currentState === "RUNNING" && pipe.starts ? runTask(world, pipe.starts.task(item)).tasks : [];
  if (!task) return { ...told, status: "QUEUED", reason: "No pipe of the stack runs.", task: "", rows: 0 };
  await task.ended;
  const synced = (await findBotItem(place, bot)) ?? {};
  const status = synced["SyncStatus"]?.S === "SUCCEEDED" ? "SUCCEEDED" : "FAILED";
  const reason = task.container.reason ?? synced["SyncStatusReason"]?.S ?? "";
  const chunks = sources.map((source) => documentNamed(documents, source).chunks);
  const rows = status === "SUCCEEDED" ? chunks.reduce((sum, each) => sum + each, 0) : 0;
  return { ...told, status, reason, task: task.id, rows };
}

/** A sync that came to nothing, as its error says. */
export function failedSync(bot: string, error: unknown): BotSync {
  const reason = error instanceof Error ? error.message : String(error);
  return { bot, title: "", status: "FAILED", reason, task: "", rows: 0 };
}
