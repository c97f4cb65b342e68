import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openBoth } from "./open-both.ts";
import { run, smallLocalAws, start } from "./product.ts";

/** Milliseconds after its start at which start-dms-migration is killed: before, in, and after its changes of the target. */
const moments = [900, 1_600, 2_100, 3_000];

test("killed with -9 at any moment, its state folder lost: cleanup finds everything by tag and by the record in the target", async () => {
  await using local = await smallLocalAws();
  const { environment } = local;
  const stateDir = environment["BEDROCK_CHAT_MIGRATE_STATE_DIR"] ?? "";
  const before = await resources(environment);
  for (const moment of moments) {
    expect((await run(["restore-snapshot"], environment)).code).toBe(0);
    await using both = await openBoth(environment);
    const { child, ended } = start(["start-dms-migration"], environment);
    await sleep(moment);
    child.kill("SIGKILL");
    await ended;
    await rm(stateDir, { recursive: true });

    const again = await run(["restore-snapshot"], environment);
    expect(again.stderr).toContain("its journal is not in");
    expect(again.code).toBe(1);

    // The cleanup is killed, too, somewhere; what it has written of the lost journal is whole or not there.
    const first = start(["cleanup", "--yes"], environment);
    await sleep(moment / 2);
    first.child.kill("SIGKILL");
    const killed = await first.ended;
    const { code, stderr, stdout } = await run(["cleanup", "--yes"], environment);
    expect(code, stderr).toBe(0);
    expect(killed.stderr + stderr).toContain("found by tag");
    expect(stdout).toContain("nothing is left");
    expect(await resources(environment), `killed after ${moment} ms`).toEqual(before);
    await both.target.query("truncate items");
  }
  const nothing = await run(["cleanup", "--yes"], environment);
  expect(nothing.code).toBe(0);
  expect(nothing.stdout).toContain("has left anything: nothing carries its tag");
});

/** Everything in the account, and roles, schemas, indexes, subscriptions, slots, publications inside the databases. */
async function resources(environment: Readonly<Record<string, string>>): Promise<unknown> {
  const answer = await fetch(`${environment["AWS_ENDPOINT_URL"]}/_local-aws/status`);
  return ((await answer.json()) as { resources: unknown }).resources;
}
