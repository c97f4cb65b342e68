import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "bedrock-chat-migrate-local-aws-";
const owner = "owner.pid";

/** A new directory for one local AWS, that the servers' user can go through. Those of processes that were killed are removed. */
export async function makeWorkingDirectory(): Promise<string> {
  await removeAbandoned();
  const directory = await mkdtemp(join(tmpdir(), prefix));
  await writeFile(join(directory, owner), String(process.pid));
  await chmod(directory, 0o711);
  return directory;
}

/** A directory is abandoned when its owner is gone: its servers are gone too then, since they end with their owner. */
async function removeAbandoned(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  for (const directory of names.map((name) => join(tmpdir(), name))) {
    const pid = Number(await readFile(join(directory, owner), "utf8").catch(() => ""));
    if (pid > 0 && !isRunning(pid)) await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
