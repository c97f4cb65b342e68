import type { Context } from "../context.ts";
import { type Login, readLogin } from "../database/login.ts";
import { type Database, sqlState, UnreachableError } from "../database/session.ts";
import { withSession } from "../database/with-session.ts";
import type { Run } from "../provision/run.ts";
import { type Look, waitFor } from "../wait.ts";
import { sourceNames } from "./temporary-cluster.ts";

/**
 * Gives the temporary cluster the password of this run's secret and waits until a login with it works; then completes the secret with
 * host and port, the shape that DMS reads. A restored cluster has the snapshot's password, which nobody may know any more.
 */
export async function setOwnPassword(database: Database, context: Context, run: Run): Promise<void> {
  const login = await readLogin(context.aws, database.secretArn);
  let sent = false;
  const look = async (): Promise<Look<true>> => {
    const refusal = await tryLogin(database, context);
    if (refusal === undefined) return { done: true, value: true };
    if (sqlState(refusal.cause) === "28P01" && !sent) {
      await run.journal.append({ event: "step-began", step: "set-password" });
      await context.aws.rds.modifyDBCluster({
        DBClusterIdentifier: sourceNames(run.id).cluster,
        MasterUserPassword: login.password,
        ApplyImmediately: true,
      });
      sent = true;
    }
    return { done: false, state: sent ? "waiting for the new password to work" : refusal.message };
  };
  using task = context.progress.begin("temporary cluster");
  await waitFor("A login to the temporary cluster", look, context, {
    timeoutMs: 10 * 60_000,
    onState: (state) => task.state(state),
  });
  await completeSecret(database, login, context);
  task.end(sent ? "the new password works" : undefined);
  if (sent) await run.journal.append({ event: "step-ended", step: "set-password", result: {} });
}

async function tryLogin(database: Database, context: Context): Promise<UnreachableError | undefined> {
  try {
    await withSession(database, context, (session) => session.query("select 1"));
    return undefined;
  } catch (error) {
    if (error instanceof UnreachableError) return error;
    throw error;
  }
}

async function completeSecret(database: Database, login: Login, context: Context): Promise<void> {
  if (login["host"] === database.host && login["port"] === String(database.port)) return;
  await context.aws.secrets.putSecretValue({
    SecretId: database.secretArn,
    // The port as a string: so the DMS pages show it.
    SecretString: JSON.stringify({ ...login, host: database.host, port: String(database.port) }),
  });
}
