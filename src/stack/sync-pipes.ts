import type { AwsClients } from "../aws/clients.ts";
import { UsageError } from "../errors.ts";
import { listStackResources } from "./deployed-resources.ts";

/**
 * The names of the stack's EventBridge pipes: the one that starts an embedding task when a bot's SyncStatus becomes QUEUED. Throws a
 * UsageError where the stack has none.
 */
export async function syncPipes(aws: AwsClients, stack: string): Promise<string[]> {
  const resources = await listStackResources(aws, stack);
  const pipes = resources.filter(({ ResourceType }) => ResourceType === "AWS::Pipes::Pipe");
  if (pipes.length > 0) return pipes.map(({ PhysicalResourceId }) => PhysicalResourceId ?? "");
  throw new UsageError(
    `Stack ${stack} has no EventBridge pipe: there is nothing to pause.`,
    "Nothing was changed. Keep users from syncing bots some other way, or leave --pause-sync out.",
  );
}
