import { unlessAws } from "../aws/errors.ts";
import type { Context } from "../context.ts";
import { ExpectedError, WaitTimeoutError } from "../errors.ts";
import type { Run } from "../provision/run.ts";
import { describeCluster } from "../resources/rds-cluster.ts";
import { type Look, waitFor } from "../wait.ts";
import { sourceNames } from "./temporary-cluster.ts";

/**
 * Enables the Data API of the temporary cluster, which a restore leaves disabled, and waits until RDS says that it is; no effect with
 * `--connect direct`. Where it does not come, `--connect data-api` fails with an ExpectedError, `auto` goes on without it.
 */
export async function enableDataApi(context: Context, run: Run): Promise<void> {
  const { connect } = context.reach;
  if (connect === "direct") return;
  using task = context.progress.begin("Data API of the temporary cluster");
  try {
    const asked = await waitFor("Enabling the Data API", enabling(context, run), context, {
      timeoutMs: 5 * 60_000,
      onState: (state) => task.state(state),
    });
    task.end(asked ? "enabled" : undefined);
  } catch (error) {
    if (!(error instanceof WaitTimeoutError)) throw error;
    const why = `The Data API of ${sourceNames(run.id).cluster} does not come: ${error.message}`;
    if (connect === "data-api")
      throw new ExpectedError(
        why,
        "Is it offered in this Region and version? --connect direct does without.",
        undefined,
        {
          cause: error,
        },
      );
    task.fail(`${why} Going there directly.`);
  }
}

/** Whether it had to be asked for. It can be, while the cluster is available: a new password keeps it busy for a moment. */
function enabling({ aws }: Context, run: Run): () => Promise<Look<boolean>> {
  let asked = false;
  return async () => {
    const cluster = await describeCluster(aws, sourceNames(run.id).cluster);
    if (cluster?.HttpEndpointEnabled === true) return { done: true, value: asked };
    const answer = await unlessAws(["InvalidResourceStateFault"], () =>
      aws.rds.enableHttpEndpoint({ ResourceArn: cluster?.DBClusterArn }),
    );
    asked ||= answer !== undefined;
    return { done: false, state: asked ? "enabling" : `the cluster is ${cluster?.Status}` };
  };
}
