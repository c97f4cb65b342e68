import type { Context } from "../context.ts";
import { type Deployment, describeStack, readDeployment } from "../stack/deployment.ts";
import { type Look, waitFor } from "../wait.ts";
import { isInProgress } from "./judge-stack.ts";

/**
 * The deployment when CloudFormation is not, or no longer, at work on it: until its clean-up has ended, the old cluster may be alive, and
 * its final snapshot missing. Throws a WaitTimeoutError after `timeoutMs`, and what readDeployment throws.
 */
export async function settledDeployment(stack: string, timeoutMs: number, context: Context): Promise<Deployment> {
  using task = context.progress.begin(`stack ${stack}`);
  const look = async (): Promise<Look<true>> => {
    const { StackStatus: status = "unknown" } = await describeStack(context.aws, stack);
    return isInProgress(status) ? { done: false, state: status } : { done: true, value: true };
  };
  await waitFor(`Stack ${stack}`, look, context, {
    timeoutMs,
    onState: (state) => task.state(`${state}, waiting until the deploy has ended`),
  });
  task.end();
  return await readDeployment(context.aws, stack);
}
