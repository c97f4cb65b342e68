import { readLogin } from "../database/login.ts";
import { readDeployment } from "../stack/deployment.ts";
import type { RestoreSnapshotResult } from "../steps/restore-snapshot.ts";
import { awsOf } from "./aws-of-local.ts";

/** How to look into a rehearsal that was kept. The URLs hold the passwords of databases that live only on this machine. */
export interface Kept {
  readonly env: Readonly<Record<string, string>>;
  readonly sourceUrl: string;
  readonly targetUrl: string;
  readonly stateDir: string;
  readonly run: string;
}

/** Reads what a kept rehearsal's databases are opened with. */
export async function readKept(
  env: Readonly<Record<string, string>>,
  restored: RestoreSnapshotResult,
  signal: AbortSignal,
): Promise<Kept> {
  const value = (name: string) => env[name] ?? "";
  const aws = awsOf(env, signal);
  const url = async (host: string, port: number, secretArn: string) => {
    const { username, password } = await readLogin(aws, secretArn);
    const login = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
    const tls = `sslmode=verify-full&sslrootcert=${encodeURIComponent(value("BEDROCK_CHAT_MIGRATE_CA_FILE"))}`;
    return `postgresql://${login}@${host}:${port}/postgres?${tls}`;
  };
  const { database } = await readDeployment(aws, "BedrockChatStack");
  return {
    env,
    sourceUrl: await url(restored.endpoint, restored.port, restored.secretArn),
    targetUrl: await url(database.host, database.port, database.secretArn),
    stateDir: value("BEDROCK_CHAT_MIGRATE_STATE_DIR"),
    run: restored.run,
  };
}
