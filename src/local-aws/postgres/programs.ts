import { execFile } from "node:child_process";
import { chmod, chown, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { PostgresInstallation } from "./installation.ts";

const run = promisify(execFile);

/** Options for `spawn`: the servers' user, a folder which it can enter, and none of the caller's `PG*` variables or secrets. */
export function asServerUser(installation: PostgresInstallation): {
  cwd: string;
  env: Record<string, string>;
  uid?: number;
  gid?: number;
} {
  const { runAs } = installation;
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
  return { cwd: "/", env, ...(runAs && { uid: runAs.uid, gid: runAs.gid }) };
}

/** Runs a program as the servers' user and gives its stdout; rejects with what it said on stderr. */
export async function runAsServerUser(
  installation: PostgresInstallation,
  program: string,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await run(program, args, { ...asServerUser(installation), maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/** Gives a file or folder to the servers' user. No effect when that is this process's own user. */
export async function giveToServerUser(installation: PostgresInstallation, path: string): Promise<void> {
  if (installation.runAs) await chown(path, installation.runAs.uid, installation.runAs.gid);
}

/** Writes a file that only the servers' user can read: PostgreSQL refuses a private key that others can. */
export async function writeForServerUser(
  installation: PostgresInstallation,
  path: string,
  content: string,
): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  await chmod(path, 0o600);
  await giveToServerUser(installation, path);
}
