import type { Item } from "./bot-items.ts";

/** Where a bot's uploaded files are. */
interface DocumentPlace {
  readonly bucket: string;
  readonly userId: string;
  readonly botId: string;
}

/** What `items.source` calls a file that was uploaded for a bot: its place in the document bucket. */
export function sourceOfFile({ bucket, userId, botId }: DocumentPlace, name: string): string {
  return `s3://${bucket}/${userId}/${botId}/documents/${name}`;
}

/** The sources of a bot's documents, in the order in which the embedding task takes them; sitemaps are none. */
export function sourcesOfBot(item: Item, bucket: string): string[] {
  const knowledge = item["Knowledge"]?.M ?? {};
  const texts = (kind: string): string[] => (knowledge[kind]?.L ?? []).map(({ S = "" }) => S);
  const place = { bucket, userId: item["PK"]?.S ?? "", botId: item["SK"]?.S?.split("#").at(-1) ?? "" };
  return [...texts("source_urls"), ...texts("filenames").map((name) => sourceOfFile(place, name))];
}
