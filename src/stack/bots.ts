import type { ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import type { AwsClients } from "../aws/clients.ts";
import { allPages } from "../aws/pages.ts";

export interface Bot {
  /** `items.botid`. */
  readonly id: string;
  readonly owner: string;
  readonly title: string;
  /** QUEUED, RUNNING, SUCCEEDED or FAILED; "" where it never had one. */
  readonly syncStatus: string;
  /** The stack of its published API; undefined for most. */
  readonly apiStack: string | undefined;
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
      ProjectionExpression: "PK, SK, Title, SyncStatus, ApiPublishmentStackName",
      ...(token !== undefined && { ExclusiveStartKey: token }),
    });
    token = page.LastEvaluatedKey;
    return { items: page.Items, next: token === undefined ? undefined : "more" };
  });
  return items.map((item) => ({
    id: item["SK"]?.S?.split("#").at(-1) ?? "",
    owner: item["PK"]?.S ?? "",
    title: item["Title"]?.S ?? "",
    syncStatus: item["SyncStatus"]?.S ?? "",
    // Upstream writes NULL for a bot without one.
    apiStack: item["ApiPublishmentStackName"]?.S,
  }));
}
