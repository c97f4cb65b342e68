import type { AttributeValue, ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import type { AwsClients } from "../aws/clients.ts";
import { allPages } from "../aws/pages.ts";

export interface Bot {
  /** `items.botid`. */
  readonly id: string;
  readonly owner: string;
  readonly title: string;
  /** QUEUED, RUNNING, SUCCEEDED or FAILED; "" where it never had one. */
  readonly syncStatus: string;
  /** How many of each it is to know. An embedding task makes rows of these three alone. */
  readonly knowledge: { readonly sourceUrls: number; readonly sitemapUrls: number; readonly filenames: number };
  /** Whether it asks a Bedrock Knowledge Base, as a bot of v1 may, and then never reads its rows. */
  readonly hasKnowledgeBase: boolean;
  /** Of the last embedding task; "" where there was none. It can be the text FAILED_TO_GET_ECS_EXEC_ID. */
  readonly lastExecId: string;
  /** Milliseconds since 1970; undefined where it is not noted. */
  readonly createdAt: number | undefined;
  /** The stack of its published API; undefined for most. */
  readonly apiStack: string | undefined;
}

/** Whether it is to know anything: an embedding task makes no rows of a bot that is not. */
export function hasKnowledge({ knowledge }: Bot): boolean {
  return knowledge.sourceUrls + knowledge.sitemapUrls + knowledge.filenames > 0;
}

/** Every bot of the deployment, by a paged scan. Aliases (`#BOT_ALIAS#`) and conversations are no bots. */
export async function listBots(aws: AwsClients, table: string): Promise<Bot[]> {
  let token: ScanCommandOutput["LastEvaluatedKey"];
  const items = await allPages(async () => {
    const page = await aws.dynamodb.scan({
      TableName: table,
      // A bot that is not seen counts as deleted.
      ConsistentRead: true,
      FilterExpression: "contains(SK, :bot)",
      ExpressionAttributeValues: { ":bot": { S: "#BOT#" } },
      ProjectionExpression:
        "PK, SK, Title, SyncStatus, LastExecId, CreateTime, Knowledge, BedrockKnowledgeBase, ApiPublishmentStackName",
      ...(token !== undefined && { ExclusiveStartKey: token }),
    });
    token = page.LastEvaluatedKey;
    return { items: page.Items, next: token === undefined ? undefined : "more" };
  });
  return items.map(botOf);
}

function botOf(item: Record<string, AttributeValue>): Bot {
  const knowledge = item["Knowledge"]?.M;
  const entries = (name: string) => knowledge?.[name]?.L?.length ?? 0;
  const createdAt = Number(item["CreateTime"]?.N ?? Number.NaN);
  return {
    id: item["SK"]?.S?.split("#").at(-1) ?? "",
    owner: item["PK"]?.S ?? "",
    title: item["Title"]?.S ?? "",
    syncStatus: item["SyncStatus"]?.S ?? "",
    knowledge: {
      sourceUrls: entries("source_urls"),
      sitemapUrls: entries("sitemap_urls"),
      filenames: entries("filenames"),
    },
    hasKnowledgeBase: item["BedrockKnowledgeBase"]?.M !== undefined,
    lastExecId: item["LastExecId"]?.S ?? "",
    createdAt: Number.isFinite(createdAt) ? createdAt : undefined,
    // Upstream writes NULL for a bot without one.
    apiStack: item["ApiPublishmentStackName"]?.S,
  };
}
