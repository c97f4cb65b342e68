import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { SeededBot } from "./bots.ts";
import { userIdFrom } from "./bots.ts";
import { randomOf } from "./random.ts";
import { epoch, ulidAt } from "./ulids.ts";

export type Item = Record<string, AttributeValue>;

/**
 * The conversation table's items as Bedrock Chat writes them: each bot, an alias of the first bot for another user, and a few
 * conversations, whose keys hold no `#BOT#`.
 */
export function tableItems(seed: number, bots: readonly SeededBot[]): Item[] {
  const random = randomOf(seed, "conversations");
  const first = bots[0];
  const stranger = userIdFrom(random);
  const alias = first === undefined ? [] : [aliasItem(stranger, first)];
  const conversations = bots.slice(0, 5).map((bot, index): Item => {
    const id = ulidAt(epoch + 40 * 24 * 3600 * 1000 + index, random);
    return {
      PK: { S: bot.userId },
      SK: { S: `${bot.userId}#CONV#${id}` },
      Title: { S: `Conversation about ${bot.title}` },
      CreateTime: { N: String(bot.createdAt) },
      BotId: { S: bot.id },
      MessageMap: { S: "{}" },
    };
  });
  return [...bots.map(botItem), ...alias, ...conversations];
}

function botItem(bot: SeededBot, index: number): Item {
  return {
    PK: { S: bot.userId },
    SK: { S: `${bot.userId}#BOT#${bot.id}` },
    Title: { S: bot.title },
    Description: { S: `Seeded bot ${String(index)}` },
    Instruction: { S: "Answer from the documents." },
    CreateTime: { N: String(bot.createdAt) },
    LastBotUsed: { N: String(bot.embeddedAt) },
    IsPinned: { BOOL: index % 4 === 0 },
    EmbeddingParams: {
      M: { chunk_size: { N: "1000" }, chunk_overlap: { N: "200" }, enable_partition_pdf: { BOOL: false } },
    },
    Knowledge: {
      M: {
        source_urls: { L: bot.sourceUrls.map((S) => ({ S })) },
        sitemap_urls: { L: [] },
        filenames: { L: bot.filenames.map((S) => ({ S })) },
      },
    },
    SyncStatus: { S: "SUCCEEDED" },
    SyncStatusReason: { S: "" },
    LastExecId: { S: bot.rows === 0 ? "" : bot.id.toLowerCase().padEnd(32, "0") },
    // Upstream writes what a bot does not have as NULL.
    ApiPublishmentStackName: { NULL: true },
    ...(index % 6 === 1 ? { PublicBotId: { S: bot.id } } : {}),
  };
}

function aliasItem(userId: string, original: SeededBot): Item {
  return {
    PK: { S: userId },
    SK: { S: `${userId}#BOT_ALIAS#${original.id}` },
    Title: { S: original.title },
    OriginalBotId: { S: original.id },
    CreateTime: { N: String(original.createdAt + 1000) },
    LastBotUsed: { N: String(original.embeddedAt) },
    IsPinned: { BOOL: false },
    SyncStatus: { S: "SUCCEEDED" },
  };
}
