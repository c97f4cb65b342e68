import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { run, smallLocalAws, start } from "./product.ts";

const patience = { timeout: 60_000, interval: 50 };

test("Ctrl-C ends a command at once with 130 and says how to go on", async () => {
  await using local = await smallLocalAws();
  const { child, ended, stderrSoFar } = start(["restore-snapshot"], local.environment);
  await expect.poll(stderrSoFar, patience).toContain("rds-cluster");
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain("Stopped. Nothing was undone.");
  expect(stderr).toContain("the same command goes on");
  expect((await run(["restore-snapshot"], local.environment)).code).toBe(0);
});

test("a second command of the same run is kept out while one works on it", async () => {
  await using local = await smallLocalAws();
  const first = start(["restore-snapshot"], local.environment);
  await expect.poll(first.stderrSoFar, patience).toContain("rds-cluster");
  const second = await run(["restore-snapshot"], local.environment);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain("is working on this run");
  expect((await first.ended).code).toBe(0);
});

test("settings of the caller's environment do not reach the local AWS that it leaves in the background", async () => {
  // Without care the first would make each of them start another; the second is how the test sees what was handed on.
  const warning = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "false" };
  const settings = { BEDROCK_CHAT_MIGRATE_DETACH: "true", ...warning };
  const { code, stdout, stderr } = await run(
    ["local-aws", "--json", "--rows=10", "--bots=3", "--dimensions=4"],
    settings,
  );
  expect(code, stderr).toBe(0);
  const environment = JSON.parse(stdout) as Record<string, string>;
  const folder = dirname(environment["BEDROCK_CHAT_MIGRATE_STATE_DIR"] ?? "");
  const log = readFileSync(join(folder, "local-aws.log"), "utf8");
  expect((await run(["local-aws", "stop"], environment)).code).toBe(0);
  expect(log).toContain("Deploying");
  expect(log).not.toContain("NodeVersionSupportWarning");
});

test("Ctrl-C while a rehearsal seeds ends it soon, with nothing left", async () => {
  const place = await placeOfItsOwn();
  const { child, ended, stderrSoFar } = start(["rehearse", "--rows=3000000"], { TMPDIR: place });
  await expect.poll(stderrSoFar, patience).toContain("rows");
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain("Nothing of the rehearsal is left");
  expect(localAwsFolders(place)).toEqual([]);
});

test("without a PostgreSQL a rehearsal says what to install, and ends", async () => {
  const { code, stderr } = await run(["rehearse"], { BEDROCK_CHAT_MIGRATE_PG_BIN: "/nowhere" });
  expect(code, stderr).toBe(2);
  expect(stderr).toContain("The local AWS needs PostgreSQL >= 15");
  expect(stderr).toContain("brew install postgresql");
  expect(stderr).not.toContain("defect");
});

test("what a rehearsal has started ends with it, even when it is killed with -9", async () => {
  const place = await placeOfItsOwn();
  const small = ["--rows=200", "--bots=5", "--dimensions=16"];
  const { child, ended, stderrSoFar } = start(["rehearse", ...small], { TMPDIR: place });
  await expect.poll(stderrSoFar, patience).toContain("== restore-snapshot");
  const [folder] = localAwsFolders(place);
  expect(folder).toBeDefined();
  child.kill("SIGKILL");
  await ended;
  await expect.poll(() => existsSync(join(place, folder ?? "")), patience).toBe(false);
  await expect.poll(() => processesNaming(folder ?? ""), patience).toEqual([]);
});

test("a local AWS that is killed with -9 takes its PostgreSQL servers along", async () => {
  const { environment } = await smallLocalAws();
  const folder = environment["BEDROCK_CHAT_MIGRATE_STATE_DIR"]?.split("/").at(-2) ?? "";
  expect(await processesNaming(folder)).not.toEqual([]);
  const registered = JSON.parse(
    (await promisify(execFile)("cat", [join(tmpdir(), folder, "local-aws.json")])).stdout,
  ) as { pid: number };
  process.kill(registered.pid, "SIGKILL");
  await expect.poll(() => processesNaming(folder), patience).toEqual([]);
});

/** A temporary folder that no other test's local AWS is in. The servers' user must be able to enter it. */
async function placeOfItsOwn(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), "bcm-place-"));
  await chmod(place, 0o755);
  return place;
}

function localAwsFolders(place: string): string[] {
  return readdirSync(place).filter((name) => /^bedrock-chat-migrate-local-aws-[^.]+$/.test(name));
}

/** Command lines that name a folder: a PostgreSQL server names its data directory. */
async function processesNaming(folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args"], { maxBuffer: 1e8 });
  return stdout.split("\n").filter((line) => line.includes(folder));
}
