import type { DmsLogin } from "../aws/data-migration-options.ts";
import { readLogin } from "../database/login.ts";
import type { SubscriptionOwner } from "../database/subscriptions.ts";
import type { Context } from "../context.ts";
import type { Deployment } from "../stack/deployment.ts";

/** The run's own role: a name that needs no quotes anywhere. */
export function replicationRole(runId: string): string {
  return `bcm_${runId.replaceAll("-", "_")}`;
}

/** The name of the role that DMS logs in with. */
export async function roleOf(
  login: DmsLogin,
  runId: string,
  { database }: Deployment,
  { aws }: Context,
): Promise<string> {
  return login === "run" ? replicationRole(runId) : (await readLogin(aws, database.secretArn)).username;
}

/** Which subscriptions are the run's, by the role that its record names. */
export function subscriptionOwner(role: string, runId: string): SubscriptionOwner {
  return { role, anyName: role === replicationRole(runId) };
}
