import { majorOf } from "../services/rds/versions.ts";
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

/** Outputs that upstream has since 1.0.0 (cdk/lib/constructs/embedding.ts and database.ts). */
const sinceV1 =
  /^(EmbeddingClusterName|EmbeddingTaskDefinitionName|EmbeddingTaskSecurityGroupId|DatabaseConversationTableName)/;

/** Those of a stack's outputs that the release has. */
export function outputsOf(
  release: Release,
  outputs: Readonly<Record<string, string>>,
  names: StackNames,
): Readonly<Record<string, string>> {
  if (release === "0.4.3") return { DocumentBucketName: names.bucketName };
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => !sinceV1.test(key)));
}

/** The engine version that the templates of v0 and v1 name. */
export const templateVersion = "15.3";

/** The template's version; where it cannot be created any more, the newest of its major that can: users are told to edit the template. */
export function versionOfDeploy(engineVersions: readonly string[]): string {
  if (engineVersions.includes(templateVersion)) return templateVersion;
  return engineVersions.filter((one) => majorOf(one) === majorOf(templateVersion)).at(-1) ?? templateVersion;
}
