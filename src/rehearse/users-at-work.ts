import { UsageError } from "../errors.ts";
import { listBots } from "../stack/bots.ts";
import { readDeployment, requireConversationTable } from "../stack/deployment.ts";
import type { OnExisting } from "../stack/on-existing.ts";
import { awsOf } from "./aws-of-local.ts";

/** What users do on the new cluster while the operator migrates. */
export interface UsersAtWork {
  /** Two bots are synced after the deploy, and this becomes of them; none is where it is left out. */
  readonly onExisting: Exclude<OnExisting, "abort"> | undefined;
  /** A bot is synced while the load runs. */
  readonly syncDuringLoad: boolean;
}

/** The bots that users sync, by their ids: the largest of the seeded ones during the load, the two after it before it. */
export interface BotsInUse {
  readonly before: readonly string[];
  readonly duringLoad: string | undefined;
}

/** Throws a UsageError where the deployment is too small for it: of the seeded bots the last one has no knowledge. */
export function requireBots({ onExisting, syncDuringLoad }: UsersAtWork, bots: number): void {
  const needed = onExisting !== undefined ? 4 : syncDuringLoad ? 2 : 1;
  if (bots < needed)
    throw new UsageError(
      `That takes at least ${needed} bots: the last one has nothing to sync.`,
      `Add --bots ${needed}.`,
    );
}

/** Reads from the local AWS which bots there are, and chooses. */
export async function chooseBots(
  { onExisting, syncDuringLoad }: UsersAtWork,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<BotsInUse> {
  if (onExisting === undefined && !syncDuringLoad) return { before: [], duringLoad: undefined };
  const aws = awsOf(env, signal);
  const bots = await listBots(aws, requireConversationTable(await readDeployment(aws, "BedrockChatStack")));
  // In the order in which they were made: that of their ULIDs, and the seeded ones' by size.
  const ids = bots.map(({ id }) => id).toSorted();
  return {
    before: onExisting === undefined ? [] : ids.slice(1, 3),
    duringLoad: syncDuringLoad ? ids[0] : undefined,
  };
}
