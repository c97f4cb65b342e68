import { link, readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError } from "../errors.ts";
import { isAlive } from "../is-alive.ts";

/**
 * Keeps a second command of this machine out of a run while one works on it. Release it with `await using`.
 *
 * Locks are numbered, and the highest counts. One that a killed process left is never removed, only outdone: whoever links the next
 * number has the lock, and two that try at once cannot both have linked it.
 */
export async function lockRun(directory: string): Promise<AsyncDisposable> {
  const draft = join(directory, `lock-${process.pid}-${process.hrtime.bigint()}`);
  // Linked into place whole: nobody ever reads a lock that is half written.
  await writeFile(draft, String(process.pid), { mode: 0o600 });
  try {
    for (;;) {
      const highest = await highestLock(directory);
      await refuseLiving(directory, highest);
      const file = lockFile(directory, highest + 1);
      if (await linked(draft, file)) return { [Symbol.asyncDispose]: () => unlink(file).catch(() => undefined) };
    }
  } finally {
    await unlink(draft);
  }
}

const lockFile = (directory: string, number: number): string => join(directory, `lock.${number}`);

async function highestLock(directory: string): Promise<number> {
  const numbers = (await readdir(directory)).map((name) => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

async function refuseLiving(directory: string, number: number): Promise<void> {
  const file = lockFile(directory, number);
  // Gone meanwhile: released. A process of number 0 never lives.
  const holder = Number(await readFile(file, "utf8").catch(() => "0"));
  if (!isAlive(holder)) return;
  throw new ExpectedError(
    `Another command (process ${holder}) is working on this run.`,
    `Wait for it to end, then run the same command again. If process ${holder} is something else, remove ${file}.`,
  );
}

async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}
