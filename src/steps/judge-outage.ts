/** What to do about a cluster that could not be reached. */
export type OutageJudgement =
  { readonly verdict: "wait" | "start" | "look" } | { readonly verdict: "hopeless"; readonly why: string };

/** Statuses (Aurora User Guide, "Viewing Aurora DB cluster status") from which a cluster does not come back by itself. */
const lost = ["deleting", "failed", "inaccessible-encryption-credentials", "migration-failed"];

/**
 * By its status: a cluster that is available is looked at again, a stopped one is started, one that is on its way (stopping, starting,
 * rebooting, upgrading, in maintenance, failing over, or in a state that no list knows) is waited for.
 */
export function judgeOutage(status: string | undefined): OutageJudgement {
  if (status === undefined) return { verdict: "hopeless", why: "it does not exist any more" };
  if (lost.includes(status)) return { verdict: "hopeless", why: `it is ${status}` };
  if (status === "stopped") return { verdict: "start" };
  return { verdict: status === "available" ? "look" : "wait" };
}
