import type { Context } from "../context.ts";
import { type Deployment, readDeployment } from "../stack/deployment.ts";
import { waitFor } from "../wait.ts";
import { isInProgress } from "./judge-stack.ts";

/**
 * The deployment when CloudFormation is not, or no longer, at work on it: until its clean-up has ended, the old cluster may be alive, and
 * its final snapshot missing. Throws a WaitTimeoutError after `timeoutMs`, and what readDeployment throws.
 */
export async function settledDeployment(stack: string, timeoutMs: number, context: Context): Promise<Deployment> {
  using task = context.progress.begin(`stack ${stack}`);
  const deployment = await waitFor(
    `Stack ${stack}`,
    async () => {
      const value = await readDeployment(context.aws, stack);
      return isInProgress(value.stackStatus) ? { done: false, state: value.stackStatus } : { done: true, value };
    },
    context,
    { timeoutMs, onState: (state) => task.state(`${state}, waiting until the deploy has ended`) },
  );
  task.end();
  return deployment;
}
