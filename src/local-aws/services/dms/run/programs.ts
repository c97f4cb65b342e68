import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Endpoint, libpqEnvironment, libpqPasswordFile } from "./endpoint.ts";
import type { Plan } from "./plan.ts";

/** How a program ended: PostgreSQL's client programs say on stderr what went wrong. */
export interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/**
 * Runs `pg_dump` or `pg_restore` against an endpoint, and tells what it says on stderr line by line. The password goes by a file that only
 * this user can read. Throws only when `signal` aborts.
 */
export async function runProgram(
  plan: Plan,
  program: "pg_dump" | "pg_restore",
  at: { endpoint: Endpoint; args: readonly string[]; signal: AbortSignal; onLine?: (line: string) => void },
): Promise<Ended> {
  return withDisk(plan, async (folder) => {
    const passwordFile = join(folder, "pgpass");
    await writeFile(passwordFile, libpqPasswordFile(at.endpoint), { mode: 0o600 });
    const own = { PGPASSFILE: passwordFile, PGPASSWORD: undefined };
    const env = { ...process.env, ...libpqEnvironment(at.endpoint), ...own, LC_ALL: "C" };
    const options = { env, signal: at.signal, maxBuffer: 16 * 1024 * 1024 };
    return await new Promise<Ended>((resolve, reject) => {
      const child = execFile(
        join(plan.world.postgres.binDirectory, program),
        at.args,
        options,
        (error, _stdout, stderr) => {
          if (at.signal.aborted) reject(at.signal.reason as Error);
          else resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, stderr });
        },
      );
      if (at.onLine && child.stderr) createInterface({ input: child.stderr }).on("line", at.onLine);
    });
  });
}

/** Lends a folder for dumps: "the disk attached to the serverless environment". */
export async function withDisk<T>(plan: Plan, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(plan.world.directory, "dms-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The lines of stderr that tell errors, each with what the server said. */
export function errorsOf(stderr: string): string[] {
  return stderr.split("\n").filter((line) => /^pg_\w+: error: /.test(line));
}

/** The first line of stderr that tells an error. */
export function firstError(stderr: string): string {
  return errorsOf(stderr)[0] ?? stderr.split("\n").find((line) => line.trim() !== "") ?? "unknown error";
}
