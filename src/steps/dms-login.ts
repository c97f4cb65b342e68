import type { DmsLogin } from "../aws/data-migration-options.ts";
import { readLogin } from "../database/login.ts";
import type { SubscriptionOwner } from "../database/subscriptions.ts";
import type { UndoRecord } from "../database/undo-record.ts";
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

/** Which login a run's record names by its role. */
export function loginOf(record: Pick<UndoRecord, "role" | "runId">): DmsLogin {
  return record.role === replicationRole(record.runId) ? "run" : "master";
}

/** Which subscriptions are the run's, by its record. */
export function subscriptionOwner(
  record: Pick<UndoRecord, "role" | "runId" | "foreignSubscriptions">,
): SubscriptionOwner {
  return { role: record.role, anyName: loginOf(record) === "run", except: record.foreignSubscriptions };
}
