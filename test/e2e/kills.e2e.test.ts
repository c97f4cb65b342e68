import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { run, smallLocalAws, start } from "./product.ts";

/** Journal lines after which the command that wrote them is killed with -9. */
const killAfterLines = [1, 5, 9, 14, 22, 31, 40, 47, 56, 70];

test("ten real kills, the same command again each time: proven, one temporary cluster, one data migration, nothing left", async () => {
  await using local = await smallLocalAws();
  const { environment } = local;
  const kills = [...killAfterLines];
  for (const command of [["restore-snapshot"], ["start-dms-migration"], ["cleanup", "--yes"]]) {
    let code: number | null;
    do {
      const { child, ended } = start(command, environment);
      const watch = killWhenWritten(child.pid ?? 0, environment, kills);
      ({ code } = await ended);
      await watch.stop();
      // null: killed by the signal
    } while (code === null);
    expect(code, command.join(" ")).toBe(0);
    if (command[0] === "start-dms-migration") {
      const verified = await run(["verify-counts", "--json"], environment);
      expect(JSON.parse(verified.stdout)).toMatchObject({
        outcome: "identical",
        rows: { source: 200, target: 200 },
      });
    }
  }
  expect(kills).toEqual([]);
  const calls = await successes(environment);
  expect(calls("RestoreDBClusterFromSnapshot")).toBe(1);
  expect(calls("CreateDataMigration")).toBe(1);
  expect(calls("StartDataMigration")).toBe(1);
  const answer = await fetch(`${environment["AWS_ENDPOINT_URL"]}/_local-aws/status`);
  expect(await answer.text()).not.toContain("bcm-");
});

/** Kills a process as soon as the journal has the next number of lines. */
function killWhenWritten(pid: number, environment: Readonly<Record<string, string>>, kills: number[]) {
  const over = new AbortController();
  const done = (async () => {
    while (!over.signal.aborted) {
      const lines = await journalLines(environment["BEDROCK_CHAT_MIGRATE_STATE_DIR"] ?? "");
      if (!over.signal.aborted && lines >= (kills[0] ?? Infinity)) {
        kills.shift();
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

async function journalLines(stateDir: string): Promise<number> {
  const runs = await readdir(stateDir).catch(() => []);
  const texts = await Promise.all(
    runs.map((one) => readFile(join(stateDir, one, "journal.jsonl"), "utf8").catch(() => "")),
  );
  return texts.join("").split("\n").length - 1;
}

async function successes(environment: Readonly<Record<string, string>>): Promise<(operation: string) => number> {
  const answer = await fetch(`${environment["AWS_ENDPOINT_URL"]}/_local-aws/calls`);
  const { calls } = (await answer.json()) as { calls: { operation: string; status: number }[] };
  return (operation) => calls.filter((call) => call.operation === operation && call.status < 300).length;
}
