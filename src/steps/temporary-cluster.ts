import { commandFor } from "../command-for.ts";
import type { Context } from "../context.ts";
import { type Database, databaseOf } from "../database/session.ts";
import { ExpectedError } from "../errors.ts";
import { nameInRun } from "../provision/resource.ts";
import type { Run } from "../provision/run.ts";
import { describeCluster } from "../resources/rds-cluster.ts";
import { secret } from "../resources/secret.ts";

/** The names of what the source side of a run is made of. */
export function sourceNames(runId: string) {
  return {
    cluster: nameInRun(runId, "source"),
    instance: nameInRun(runId, "source-1"),
    parameterGroup: nameInRun(runId, "source"),
    secret: nameInRun(runId, "source"),
    securityGroup: nameInRun(runId, "network"),
  };
}

/** The temporary cluster's database, as it is now. Throws an ExpectedError when the run has none (any more). */
export async function temporaryDatabase(context: Context, run: Run): Promise<Database> {
  const database = await findTemporaryDatabase(context, run);
  if (database !== undefined) return database;
  throw new ExpectedError(
    `Run ${run.id} has no temporary cluster ${sourceNames(run.id).cluster}.`,
    `Run \`${commandFor("restore-snapshot", run)}\` first.`,
  );
}

/** The same, for who can do without. */
export async function findTemporaryDatabase(context: Context, run: Run): Promise<Database | undefined> {
  const names = sourceNames(run.id);
  const [cluster, login] = await Promise.all([
    describeCluster(context.aws, names.cluster),
    secret.find(context, names.secret),
  ]);
  if (cluster?.Endpoint === undefined || login?.state.ARN === undefined) return undefined;
  return databaseOf(cluster, { label: "the temporary cluster", side: "source", secretArn: login.state.ARN });
}
