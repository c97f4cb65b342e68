import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { cleanEnvironment, cli, run, smallLocalAws } from "./product.ts";

test("the commands work one by one in a shell that has taken the printed environment", async () => {
  const script = `set -e
    bcm() { "$NODE" "$CLI" "$@"; }
    environment=$(bcm local-aws --detach --rows 200 --bots 6 --dimensions 16)
    eval "$environment"
    trap 'bcm local-aws stop' EXIT
    bcm restore-snapshot
    bcm start-dms-migration
    bcm verify-counts
    bcm cleanup --yes`;
  const env = { ...cleanEnvironment(), NODE: process.execPath, CLI: cli };
  const { stdout } = await promisify(execFile)("bash", ["-c", script], { env });
  expect(stdout).toContain("Next: bedrock-chat-migrate start-dms-migration");
  expect(stdout).toContain("IDENTICAL");
  expect(stdout).toMatch(/Run \S+ is closed: 17 resources removed, nothing is left\./);
});

test("before the deploy restore-snapshot refuses and says why; after it, it works, and a second one goes on with the first", async () => {
  await using local = await smallLocalAws(["--stage=before-deploy"]);
  const before = await run(["restore-snapshot"], local.environment);
  expect(before.code).toBe(1);
  expect(before.stderr).toContain("the deploy to v1 has not happened yet");
  expect(before.stderr).not.toContain("WARNING");
  expect((await run(["status"], local.environment)).stderr).toContain("No run of stack BedrockChatStack");

  expect((await run(["local-aws", "deploy"], local.environment)).code).toBe(0);
  const first = await run(["restore-snapshot", "--json"], local.environment);
  expect(first.code, first.stderr).toBe(0);
  const second = await run(["restore-snapshot", "--json"], local.environment);
  const { seconds: _first, ...made } = JSON.parse(first.stdout) as Record<string, unknown>;
  const { seconds: _second, ...found } = JSON.parse(second.stdout) as Record<string, unknown>;
  expect(found).toEqual(made);
});

test("a target that holds rows is refused, named, and left as it is", async () => {
  await using local = await smallLocalAws();
  expect((await run(["restore-snapshot"], local.environment)).code).toBe(0);
  expect((await run(["start-dms-migration"], local.environment)).code).toBe(0);
  expect((await run(["cleanup", "--yes"], local.environment)).code).toBe(0);
  const warned = await run(["restore-snapshot"], local.environment);
  expect(warned.code).toBe(0);
  expect(warned.stderr).toMatch(/WARNING: the new cluster already holds 200 rows of \d bots/);
  const again = await run(["start-dms-migration"], local.environment);
  expect(again.code).toBe(1);
  expect(again.stderr).toMatch(/already holds 200 rows of \d bots/);
  const verified = await run(["verify-counts", "--json"], local.environment);
  expect(JSON.parse(verified.stdout)).toMatchObject({ rows: { target: 200 } });
});
