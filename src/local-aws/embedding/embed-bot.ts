import { setTimeout as sleep } from "node:timers/promises";
import { seconds } from "../services/ecs/durations.ts";
import { sourceOfFile } from "../stack/document-sources.ts";
import { randomOf } from "../stack/random.ts";
import { type BotKeys, botIdOf, type Knowledge, readKnowledge, writeSyncStatus } from "./bot.ts";
import { getJson } from "./calls.ts";
import type { SplitDocument } from "./chunks.ts";
import type { Surroundings } from "./surroundings.ts";
import { replaceRows } from "./vector-store.ts";

/** Upstream tries each write four times, two seconds apart. */
const retries = { tries: 4, seconds: 2 };

/**
 * What upstream's `embedding/main.py` does (v1.2.3): SyncStatus RUNNING, the bot's rows replaced, SyncStatus SUCCEEDED or FAILED with the
 * reason. Throws only what upstream's ends with 1 for: a bot that is not there, a status that cannot be written.
 */
export async function embedBot(surroundings: Surroundings, keys: BotKeys): Promise<void> {
  const { timeScale } = surroundings;
  await sleep(seconds.startEmbedding * timeScale * 1000);
  const knowledge = await readKnowledge(surroundings, keys);
  const execId = await taskIdOf(surroundings);
  const tell = (status: "RUNNING" | "SUCCEEDED" | "FAILED", reason: string) =>
    retried(timeScale, () => writeSyncStatus(surroundings, keys, { status, reason, execId }));
  await tell("RUNNING", "");
  try {
    const reason = await embed(surroundings, keys, knowledge);
    await tell("SUCCEEDED", reason);
  } catch (error) {
    console.error("[ERROR] Failed to embed.", error);
    await tell("FAILED", error instanceof Error ? error.message : String(error));
  }
}

/** The last part of the task's ARN, from ECS's metadata; upstream's text where that is not to be had. */
async function taskIdOf({ metadataUri }: Surroundings): Promise<string> {
  try {
    const { TaskARN: arn = "" } = await getJson(`${metadataUri}/task`);
    return String(arn).split("/").at(-1) ?? "";
  } catch {
    return "FAILED_TO_GET_ECS_EXEC_ID";
  }
}

/** Gives upstream's words for a success. */
async function embed(surroundings: Surroundings, keys: BotKeys, knowledge: Knowledge): Promise<string> {
  const { sourceUrls, sitemapUrls, filenames } = knowledge;
  if (sourceUrls.length + sitemapUrls.length + filenames.length === 0) return "No contents to embed.";
  const { bucket, mishap, timeScale } = surroundings;
  if (mishap === "task-stuck") await sleep(2 ** 31 - 1);
  if (mishap === "embedding-fails")
    throw new Error("HTTPSConnectionPool(host='example.com', port=443): Read timed out.");
  if (mishap === "task-killed") await killed();
  const pages = await inOrder(sourceUrls, (url) => load(surroundings, url));
  // Python's NotImplementedError, as upstream raises it, has no text.
  if (sitemapUrls.length > 0) throw new Error("");
  const place = { bucket, userId: keys.PK.S, botId: botIdOf(keys) };
  const files = await inOrder(filenames, (name) => load(surroundings, sourceOfFile(place, name)));
  const rows = await retried(timeScale, () => replaceRows(surroundings, botIdOf(keys), [...pages, ...files]));
  console.log(`Successfully inserted ${String(rows)} records.`);
  if (mishap === "task-killed-late") await killed();
  return "Successfully inserted to vector store.";
}

/** As the kernel ends a container that takes more memory than it may. */
async function killed(): Promise<void> {
  process.kill(process.pid, "SIGKILL");
  await sleep(60_000);
}

/** A document takes from half of the usual time to twice as long. */
async function load({ control, timeScale }: Surroundings, source: string): Promise<SplitDocument> {
  const factor = 2 ** (randomOf(0, `time of ${source}`).below(2001) / 1000 - 1);
  await sleep(seconds.embedDocument * factor * timeScale * 1000);
  const { chunks, edition } = await getJson(`${control}/documents/${encodeURIComponent(source)}`);
  return { source, chunks: Number(chunks), edition: Number(edition) };
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

async function retried<T>(timeScale: number, work: () => Promise<T>): Promise<T> {
  for (let left = retries.tries - 1; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(retries.seconds * timeScale * 1000);
    }
  }
}
