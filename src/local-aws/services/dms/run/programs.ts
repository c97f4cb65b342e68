import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { libpqEnvironment, type Endpoint } from "./endpoint.ts";
import type { Plan } from "./plan.ts";

/** How a program ended: PostgreSQL's client programs say on stderr what went wrong. */
export interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** Runs `pg_dump` or `pg_restore` against an endpoint. Credentials go by the environment. Throws only when `signal` aborts. */
export async function runProgram(
  plan: Plan,
  program: "pg_dump" | "pg_restore",
  at: { endpoint: Endpoint; args: readonly string[]; signal: AbortSignal },
): Promise<Ended> {
  const env = { ...process.env, ...libpqEnvironment(at.endpoint), LC_ALL: "C" };
  const options = { env, signal: at.signal, maxBuffer: 16 * 1024 * 1024 };
  return await new Promise((resolve, reject) => {
    execFile(join(plan.world.postgres.binDirectory, program), at.args, options, (error, _stdout, stderr) => {
      if (at.signal.aborted) reject(at.signal.reason as Error);
      else resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, stderr });
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

/** The first line of stderr that tells an error. */
export function firstError(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return lines.find((line) => /error/i.test(line)) ?? lines[0] ?? "unknown error";
}
