import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { inventory } from "../migration/local-aws-view.ts";
import { journalLines, killWhenWritten } from "./kill-when-written.ts";
import { openBoth } from "./open-both.ts";
import { run, smallLocalAws, start } from "./product.ts";

/** About as many journal lines as start-dms-migration writes. */
const linesOfStart = 32;

/** Random moments of it, one in each half: after which line, and how much later. */
const moments = [0, 1].map((half) => ({
  lines: Math.floor((linesOfStart / 2) * (half + Math.random())),
  delayMs: Math.floor(Math.random() * 300),
}));

test("killed with -9 at random moments, its state folder lost: cleanup finds everything by tag and by the record in the target", async () => {
  await using local = await smallLocalAws();
  const { environment } = local;
  const stateDir = environment["BEDROCK_CHAT_MIGRATE_STATE_DIR"] ?? "";
  const reached = { endpoint: environment["AWS_ENDPOINT_URL"] ?? "" };
  // The vector index in the target is part of it: by its definition, and whether it is valid.
  const before = await inventory(reached);
  for (const { lines, delayMs } of moments) {
    const at = `killed ${delayMs} ms after its line ${lines}`;
    expect((await run(["restore-snapshot"], environment)).code).toBe(0);
    await using both = await openBoth(environment);
    const begun = await journalLines(environment);
    const { child, ended } = start(["start-dms-migration"], environment);
    const watch = killWhenWritten(child.pid ?? 0, environment, { lines: begun + lines, delayMs });
    await ended;
    await watch.stop();
    await rm(stateDir, { recursive: true });

    const again = await run(["restore-snapshot"], environment);
    expect(again.stderr).toContain("its journal is not in");
    expect(again.code).toBe(1);

    // The cleanup is killed, too, somewhere; what it has written of the lost journal is whole or not there.
    const first = start(["cleanup", "--yes"], environment);
    const second = killWhenWritten(first.child.pid ?? 0, environment, { lines, delayMs });
    const killed = await first.ended;
    await second.stop();
    const { code, stderr, stdout } = await run(["cleanup", "--yes"], environment);
    expect(code, `${at}: ${stderr}`).toBe(0);
    expect(killed.stderr + stderr, at).toContain("found by tag");
    expect(killed.stdout + stdout, at).toMatch(/nothing is left|nothing carries its tag/);
    expect(await inventory(reached), at).toEqual(before);
    await both.target.query("truncate items");
  }
  const nothing = await run(["cleanup", "--yes"], environment);
  expect(nothing.code).toBe(0);
  expect(nothing.stdout).toContain("has left anything: nothing carries its tag");
});
