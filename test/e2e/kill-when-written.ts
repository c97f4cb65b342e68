import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Kills a process with -9 as soon as the journals below a state folder have so many lines, and so many milliseconds more have gone. */
export function killWhenWritten(
  pid: number,
  environment: Readonly<Record<string, string>>,
  moment: { readonly lines: number; readonly delayMs?: number; readonly killed?: () => void },
): { stop(): Promise<void> } {
  const over = new AbortController();
  const done = (async () => {
    while (!over.signal.aborted) {
      if ((await journalLines(environment)) >= moment.lines) {
        await sleep(moment.delayMs ?? 0);
        if (over.signal.aborted) return;
        moment.killed?.();
        process.kill(pid, "SIGKILL");
        return;
      }
      await sleep(1);
    }
  })();
  return {
    async stop() {
      over.abort();
      await done;
    },
  };
}

/** The lines of all journals of a local AWS's state folder. */
export async function journalLines(environment: Readonly<Record<string, string>>): Promise<number> {
  const stateDir = environment["BEDROCK_CHAT_MIGRATE_STATE_DIR"] ?? "";
  const runs = await readdir(stateDir).catch(() => []);
  const texts = await Promise.all(
    runs.map((one) => readFile(join(stateDir, one, "journal.jsonl"), "utf8").catch(() => "")),
  );
  return texts.join("").split("\n").length - 1;
}
