import type { AttributeValue, ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import type { AwsClients } from "../aws/clients.ts";

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

/** A bot as it is now, and what its last embedding task has said of itself. */
export interface SyncedBot extends Bot {
  /** Upstream's words; of a FAILED sync, the error's. */
  readonly syncStatusReason: string;
}

const attributes =
  "PK, SK, Title, SyncStatus, SyncStatusReason, LastExecId, CreateTime, Knowledge, BedrockKnowledgeBase, ApiPublishmentStackName";

/** Every bot of the deployment, by a paged scan. Aliases (`#BOT_ALIAS#`) and conversations are no bots. */
export async function listBots(aws: AwsClients, table: string): Promise<Bot[]> {
  const bots: Bot[] = [];
  await scanBots(aws, table, { segments: 1 }, (bot) => void bots.push(bot));
  return bots;
}

/**
 * Gives every bot of the deployment to `take`, with the number of the scan's page that it is on, and keeps none: memory does not grow with the
 * table. `segments` parts of the table are read at once.
 */
export async function scanBots(
  aws: AwsClients,
  table: string,
  { segments, onPage }: { readonly segments: number; readonly onPage?: () => void },
  take: (bot: Bot, page: number) => void,
): Promise<void> {
  let pages = 0;
  const scanSegment = async (segment: number) => {
    let token: ScanCommandOutput["LastEvaluatedKey"];
    do {
      const page: ScanCommandOutput = await aws.dynamodb.scan({
        TableName: table,
        // A bot that is not seen counts as deleted.
        ConsistentRead: true,
        FilterExpression: "contains(SK, :bot)",
        ExpressionAttributeValues: { ":bot": { S: "#BOT#" } },
        ProjectionExpression: attributes,
        ...(segments > 1 && { Segment: segment, TotalSegments: segments }),
        ...(token !== undefined && { ExclusiveStartKey: token }),
      });
      const number = pages++;
      for (const item of page.Items ?? []) take(botOf(item), number);
      onPage?.();
      token = page.LastEvaluatedKey;
    } while (token !== undefined);
  };
  await Promise.all(Array.from({ length: segments }, (_, segment) => scanSegment(segment)));
}

/** The key of a bot's item, as the embedding task is given it. */
export function keyOf({ owner, id }: Pick<Bot, "owner" | "id">): { PK: { S: string }; SK: { S: string } } {
  return { PK: { S: owner }, SK: { S: `${owner}#BOT#${id}` } };
}

/** A bot as it is at this moment; undefined where it has been deleted. */
export async function readBot(
  aws: AwsClients,
  table: string,
  bot: Pick<Bot, "owner" | "id">,
): Promise<SyncedBot | undefined> {
  const { Item } = await aws.dynamodb.getItem({
    TableName: table,
    Key: keyOf(bot),
    ConsistentRead: true,
    ProjectionExpression: attributes,
  });
  return Item === undefined ? undefined : botOf(Item);
}

function botOf(item: Record<string, AttributeValue>): SyncedBot {
  const knowledge = item["Knowledge"]?.M;
  const entries = (name: string) => knowledge?.[name]?.L?.length ?? 0;
  const createdAt = Number(item["CreateTime"]?.N ?? Number.NaN);
  return {
    id: item["SK"]?.S?.split("#").at(-1) ?? "",
    owner: item["PK"]?.S ?? "",
    title: item["Title"]?.S ?? "",
    syncStatus: item["SyncStatus"]?.S ?? "",
    syncStatusReason: item["SyncStatusReason"]?.S ?? "",
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
