import { ExpectedError } from "../errors.ts";

/**
 * States that a cluster or an instance does not come out of while it is restored, however long one waits (Aurora User Guide,
 * accessing-monitoring).
 */
const hopeless = new Set([
  "cloning-failed",
  "deleted",
  "deleting",
  "failed",
  "incompatible-create",
  "incompatible-network",
  "incompatible-option-group",
  "incompatible-parameters",
  "incompatible-restore",
  "inaccessible-encryption-credentials",
  "inaccessible-encryption-credentials-recoverable",
  "migration-failed",
  "restore-error",
  "upgrade-failed",
]);

/** Throws an ExpectedError for a state that waiting does not mend, with what may. `what` names the resource: "Cluster bcm-…". */
export function refuseHopeless(what: string, status: string): void {
  // RDS's pages write some of them with an underscore.
  const plain = status.replaceAll("_", "-");
  if (!hopeless.has(plain)) return;
  throw new ExpectedError(`${what} is ${status}.`, `${causeOf(plain)} ${wayOut}`);
}

const wayOut =
  "Its events in the RDS console tell more; `cleanup` removes what this run made, then `restore-snapshot` begins anew.";

function causeOf(status: string): string {
  if (status.startsWith("inaccessible-encryption"))
    return "RDS may not use its KMS key: enable the key, and let this operator use it in the key's policy (kms:CreateGrant, kms:Decrypt, kms:DescribeKey), or restore with another (--kms-key-id).";
  if (status === "incompatible-network") return "Its subnets have no free addresses, or the VPC lacks DNS names.";
  if (status === "incompatible-parameters")
    return "Its parameter group does not fit the engine version or the capacity.";
  if (status === "incompatible-restore" || status === "restore-error")
    return "The snapshot cannot be restored with this engine version: upgrade the new cluster's minor version, or name another snapshot.";
  if (status.startsWith("delet")) return "Somebody has deleted it.";
  return "RDS has given it up.";
}
