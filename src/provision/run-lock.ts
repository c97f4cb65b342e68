import { open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError } from "../errors.ts";
import { isAlive } from "../is-alive.ts";

/**
 * Keeps a second command of this machine out of a run while one works on it. A lock left by a killed process is taken over. Release
 * it with `await using`.
 */
export async function lockRun(directory: string): Promise<AsyncDisposable> {
  const file = join(directory, "lock");
  for (;;) {
    try {
      const handle = await open(file, "wx", 0o600);
      await handle.writeFile(String(process.pid));
      await handle.close();
      return { [Symbol.asyncDispose]: () => unlink(file).catch(() => undefined) };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const holder = Number(await readFile(file, "utf8").catch(() => "0"));
      if (isAlive(holder))
        throw new ExpectedError(
          `Another command (process ${holder}) is working on this run.`,
          "Wait for it to end, or end it, then run the same command again.",
        );
      await unlink(file).catch(() => undefined);
    }
  }
}
