import type { StackNames } from "./names.ts";

/**
 * Releases of Bedrock Chat v0 that differ in what a migration meets: the outputs of database and network exist since 0.4.5, the Data API
 * is on since 0.4.4 (upstream's cdk/lib/bedrock-chat-stack.ts and cdk/lib/constructs/vectorstore.ts, tags v0.4.3 to v0.4.9).
 */
export const releases = ["0.4.3", "0.4.9"] as const;

export type Release = (typeof releases)[number];

/** Whether the release turns the Data API on. */
export function hasDataApi(release: Release): boolean {
  return release !== "0.4.3";
}

/** Those of a stack's outputs that the release has. */
export function outputsOf(
  release: Release,
  outputs: Readonly<Record<string, string>>,
  names: StackNames,
): Readonly<Record<string, string>> {
  return release === "0.4.3" ? { DocumentBucketName: names.bucketName } : outputs;
}
