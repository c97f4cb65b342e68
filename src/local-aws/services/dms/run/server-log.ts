import { open } from "node:fs/promises";
import { join } from "node:path";
import type { PostgresServer } from "../../../postgres/server.ts";

const tailBytes = 64 * 1024;

/**
 * The last error that a replication worker ended with, from the end of the server's log: what AWS puts into LastFailureMessage.
 * Undefined when the log can't be read or tells none.
 */
export async function lastReplicationError(server: PostgresServer): Promise<string | undefined> {
  const log = await tailOf(join(server.dataDirectory, "server.log")).catch(() => "");
  const lines = log.split("\n");
  const exit = /background worker "logical replication worker" \(PID (\d+)\) exited with exit code 1/;
  const workers = new Set(lines.map((line) => exit.exec(line)?.[1]));
  const errors = lines.filter((line) => workers.has(/\[(\d+)\] ERROR: /.exec(line)?.[1] ?? "none"));
  return errors.at(-1)?.replace(/^.*\] ERROR: +/, "");
}

async function tailOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(tailBytes),
      position: Math.max(0, size - tailBytes),
    });
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await file.close();
  }
}
