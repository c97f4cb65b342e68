import { callAws } from "./calls.ts";
import type { Surroundings } from "./surroundings.ts";

/** The key of a bot's item, in DynamoDB's own JSON: what the task is started with. */
export interface BotKeys {
  readonly PK: { readonly S: string };
  readonly SK: { readonly S: string };
}

interface Texts {
  readonly L?: readonly { readonly S: string }[];
}

/** What a bot knows. */
export interface Knowledge {
  readonly sourceUrls: readonly string[];
  readonly sitemapUrls: readonly string[];
  readonly filenames: readonly string[];
}

/** Reads the bot's knowledge. Throws where there is no such bot, or the key is an alias's, as upstream's `find_private_bot_by_id`. */
export async function readKnowledge(surroundings: Surroundings, keys: BotKeys): Promise<Knowledge> {
  const { Item: item } = await callAws(
    surroundings,
    { service: "dynamodb", target: "DynamoDB_20120810.GetItem" },
    { TableName: surroundings.table, Key: { PK: keys.PK, SK: keys.SK }, ConsistentRead: true },
  );
  const found = item as { OriginalBotId?: object; Knowledge?: { M?: Record<string, Texts> } } | undefined;
  if (found === undefined) throw new Error(`Bot with id ${botIdOf(keys)} not found`);
  if (found.OriginalBotId !== undefined) throw new Error(`Bot with id ${botIdOf(keys)} is alias`);
  const knowledge = found.Knowledge?.M ?? {};
  const texts = (kind: string): string[] => (knowledge[kind]?.L ?? []).map(({ S }) => S);
  return { sourceUrls: texts("source_urls"), sitemapUrls: texts("sitemap_urls"), filenames: texts("filenames") };
}

/** Writes how far the bot's sync is, as upstream's `update_sync_status`. */
export async function writeSyncStatus(
  surroundings: Surroundings,
  keys: BotKeys,
  sync: { readonly status: "RUNNING" | "SUCCEEDED" | "FAILED"; readonly reason: string; readonly execId: string },
): Promise<void> {
  await callAws(
    surroundings,
    { service: "dynamodb", target: "DynamoDB_20120810.UpdateItem" },
    {
      TableName: surroundings.table,
      Key: { PK: keys.PK, SK: keys.SK },
      UpdateExpression: "SET SyncStatus = :status, SyncStatusReason = :reason, LastExecId = :exec",
      ExpressionAttributeValues: {
        ":status": { S: sync.status },
        ":reason": { S: sync.reason },
        ":exec": { S: sync.execId },
      },
    },
  );
}

/** The id that `items.botid` has: the last part of SK. */
export function botIdOf({ SK }: BotKeys): string {
  return SK.S.split("#").at(-1) ?? "";
}
