import { commandFor } from "../command-for.ts";
import { ExpectedError } from "../errors.ts";

/** What is known of the stack when nobody works on it. */
export interface SettledStack {
  readonly stack: string;
  readonly stackStatus: string;
  /** The cluster that the stack uses now. */
  readonly cluster: { readonly identifier: string; readonly encrypted: boolean };
}

/** Whether CloudFormation is at work on a stack in a way that ends with one, its clean-up included: only then are the outputs and the snapshots final. */
export function isInProgress(stackStatus: string): boolean {
  return /^(CREATE|UPDATE|ROLLBACK|IMPORT)_(.*_)?IN_PROGRESS$/.test(stackStatus);
}

/**
 * Whether a restore makes sense for a stack in this state: gives a warning, where there is one to heed. Throws an ExpectedError where the
 * deploy failed, since the old cluster is then still the stack's own. v1's cluster is known by its encryption: that is why it was replaced.
 *
 * Statuses: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export function judgeStack({ stack, stackStatus, cluster }: SettledStack): string | undefined {
  if (/^(DELETE|REVIEW)_/.test(stackStatus))
    throw new ExpectedError(
      `Stack ${stack} is ${stackStatus}: it is going, or was never there.`,
      "Name the stack that is in use with --stack. Nothing was made.",
    );
  if (stackStatus.endsWith("_FAILED"))
    throw new ExpectedError(
      `Stack ${stack} is ${stackStatus}: it stands between two versions, and the next deploy may replace its cluster again.`,
      `Bring it to a state that ends in _COMPLETE first; what failed: ${failedEvents(stack)}. Nothing was made.`,
    );
  if (!stackStatus.endsWith("ROLLBACK_COMPLETE")) {
    refuseOldCluster(stack, cluster);
    return undefined;
  }
  if (cluster.encrypted)
    return `Stack ${stack} is ${stackStatus}: its last deploy failed. It uses ${cluster.identifier}, which is encrypted, so an earlier deploy of v1 has succeeded.`;
  throw new ExpectedError(
    `Stack ${stack} is ${stackStatus}: the deploy failed and was taken back. The stack still uses ${cluster.identifier}, v0's unencrypted cluster with its data, so there is nothing to bring back.`,
    [
      `What failed: ${failedEvents(stack)}`,
      "An engine version that can no longer be created is changed in v1's template; a bot's published API has a stack of its own, which must be deleted first.",
      "Then deploy v1 again, and run this again. Nothing was made.",
    ].join("\n"),
  );
}

/** Throws an ExpectedError where the stack's cluster is v0's: it holds the data that is to be brought back, in production. */
export function refuseOldCluster(stack: string, { identifier, encrypted }: SettledStack["cluster"]): void {
  if (encrypted) return;
  throw new ExpectedError(
    `${identifier}, the cluster that the stack uses now, is not encrypted: it is v0's, the deploy to v1 has not happened yet, and there is nothing to bring back.`,
    `Deploy v1 first (\`npx cdk deploy\`; \`${commandFor("prepare", { stack })}\` looks at what stands in its way). It replaces the cluster and leaves a final snapshot of the old one; then run this again. Nothing was made.`,
  );
}

/** The command that shows what failed in a stack. */
export function failedEvents(stack: string): string {
  return `aws cloudformation describe-stack-events --stack-name '${stack}' --query "StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]"`;
}
