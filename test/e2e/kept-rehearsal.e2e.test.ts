import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { RDS } from "@aws-sdk/client-rds";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rehearsal } from "../../src/rehearse/rehearse.ts";
import { run } from "./product.ts";

type Kept = NonNullable<Rehearsal["kept"]>;

/** What verification must notice is done to one kept rehearsal, the destructive things last. */
describe("a kept rehearsal", () => {
  let kept: Kept;
  let rehearsed = "";

  beforeAll(async () => {
    const small = ["--rows=300", "--bots=6", "--dimensions=16", "--no-prepare", "--no-target-snapshot"];
    const variant = ["--variant", "status-spelling=console"];
    const { code, stdout, stderr } = await run(["rehearse", "--keep", "--json", ...small, ...variant]);
    expect(code, stderr).toBe(0);
    rehearsed = stderr;
    const told = JSON.parse(stdout) as Rehearsal;
    expect(told).toMatchObject({ snapshots: [], variants: { "status-spelling": "console" } });
    expect(told.kept).toBeDefined();
    kept = told.kept as Kept;
  });

  afterAll(async () => {
    const { code, stderr } = await run(["local-aws", "stop"], kept.env);
    expect(code, stderr).toBe(0);
    expect((await run(["status"], kept.env)).stderr).toContain("AWS cannot be reached");
  });

  async function onTarget(statement: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: kept.targetUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  test("is equal, and says which counts it has compared", async () => {
    const { code, stdout } = await run(["verify-counts"], kept.env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/public\.items +│ +300 │ +300 │ equal/);
    expect(stdout).toContain("IDENTICAL");
  });

  test("status names every resource, and cleanup as the next command", async () => {
    const { code, stdout } = await run(["status", "--json"], kept.env);
    expect(code).toBe(0);
    const { next, resources } = JSON.parse(stdout) as { next: string; resources: { now: string }[] };
    expect(next).toBe("bedrock-chat-migrate cleanup");
    expect(resources).toHaveLength(17);
    expect(new Set(resources.map((one) => one.now))).toEqual(new Set(["there"]));
  });

  test.each([
    ["the run's own", ""],
    ["a fresh", "-fresh"],
  ])("from %s state folder, a wrong snapshot is answered with the candidates", async (_, suffix) => {
    const environment = { ...kept.env, BEDROCK_CHAT_MIGRATE_STATE_DIR: `${kept.stateDir}${suffix}` };
    const { code, stderr } = await run(["restore-snapshot", "--snapshot", "typo"], environment);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /no cluster snapshot typo[^]*bedrockchatstack-snapshot-\S+ {2}\(manual, of bedrockchatstack-/,
    );
  });

  test("an unknown stack is answered with the one to pass", async () => {
    const { code, stderr } = await run(["verify-counts", "--stack", "Typo"], kept.env);
    expect(code).toBe(2);
    expect(stderr).toContain("Pass --stack with one of: BedrockChatStack.");
  });

  test("missing credentials are one clear line and a remedy", async () => {
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _key, ...rest } = kept.env;
    const { code, stderr } = await run(["verify-counts"], rest);
    expect(code).toBe(2);
    expect(stderr.trim().split("\n")[0]).toBe("There are no AWS credentials.");
    expect(stderr).not.toContain("    at ");
  });

  test("another account's credentials do not reach the run", async () => {
    const { code, stderr } = await run(["cleanup", "--yes"], { ...kept.env, AWS_ACCESS_KEY_ID: "999999999999" });
    expect(code).toBe(2);
    expect(stderr).toContain("no CloudFormation stack BedrockChatStack in this account");
  });

  test("a state folder that cannot be read is not taken for an empty one", async () => {
    const environment = { ...kept.env, BEDROCK_CHAT_MIGRATE_STATE_DIR: kept.env["BEDROCK_CHAT_MIGRATE_CA_FILE"] ?? "" };
    for (const command of ["status", "restore-snapshot"]) {
      const { code, stderr } = await run([command], environment);
      expect(code, command).toBe(2);
      expect(stderr).toContain("ENOTDIR");
    }
  });

  test("with --json an error is a document, too", async () => {
    const { code, stdout } = await run(["verify-counts", "--stack", "Typo", "--json"], kept.env);
    expect(JSON.parse(stdout)).toMatchObject({ error: { exitCode: code, message: expect.any(String) as string } });
  });

  test("a certificate of another authority is refused, and that is exit 3 of a verification", async () => {
    const { code, stderr } = await run(["verify-counts", "--ca-file", "/etc/hostname"], kept.env);
    expect(code).toBe(3);
    expect(stderr).toContain("is not trusted");
    const missing = await run(["verify-counts", "--ca-file", "/nowhere.pem"], kept.env);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("CA file /nowhere.pem cannot be read");
  });

  test("no password is in the journal, in what the commands said, or in the process table", async () => {
    const passwords = [kept.sourceUrl, kept.targetUrl].map((url) => new URL(url).password);
    expect(passwords.every((password) => password.length >= 16)).toBe(true);
    const journals = await readdir(kept.stateDir, { recursive: true, withFileTypes: true });
    const written = await Promise.all(
      journals.filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name), "utf8")),
    );
    expect(written.length).toBeGreaterThan(0);
    const { stdout: processes } = await promisify(execFile)("ps", ["-eo", "args"], { maxBuffer: 1e8 });
    for (const text of [...written, rehearsed, processes])
      for (const password of passwords) expect(text.includes(password)).toBe(false);
  });

  test("cleanup asks, and without a terminal it removes nothing", async () => {
    const { code, stderr } = await run(["cleanup"], kept.env);
    expect(code).toBe(2);
    expect(stderr).toContain("Pass --yes");
  });

  test("a row deleted on the target is a difference that names table and bot", async () => {
    const [deleted] = await onTarget("delete from items where ctid = (select min(ctid) from items) returning botid");
    const { code, stdout } = await run(["verify-counts"], kept.env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/public\.items +│ +300 │ +299 │ different/);
    expect(stdout).toMatch(new RegExp(`${String(deleted?.["botid"])} .*│ different`));
  });

  test("a table that only one side has cannot be verified", async () => {
    await onTarget(`create table "mine ""too"" ตาราง" (a int)`);
    await onTarget("insert into items (id, botid) select '01HM7PFFDF15ME13E383HS8VA4', botid from items limit 1");
    const { stdout } = await run(["verify-counts"], kept.env);
    expect(stdout).toMatch(/public\.mine "too" ตาราง +│ +- │ +0 │ missing on the source/);
    await onTarget(`drop table "mine ""too"" ตาราง"`);
  });

  test("a source that is stopped is exit 3, never equal", async () => {
    const { code, stderr } = await stopSource().then(() => run(["verify-counts"], kept.env));
    expect(code).toBe(3);
    expect(stderr).toContain("Could not verify");
  });

  async function stopSource(): Promise<void> {
    const rds = new RDS({
      endpoint: kept.env["AWS_ENDPOINT_URL"] ?? "",
      region: kept.env["AWS_REGION"] ?? "",
      credentials: {
        accessKeyId: kept.env["AWS_ACCESS_KEY_ID"] ?? "",
        secretAccessKey: kept.env["AWS_SECRET_ACCESS_KEY"] ?? "",
      },
    });
    const DBClusterIdentifier = `bcm-${kept.run}-source`;
    await rds.stopDBCluster({ DBClusterIdentifier });
    await expect
      .poll(async () => (await rds.describeDBClusters({ DBClusterIdentifier })).DBClusters?.[0]?.Status, {
        timeout: 30_000,
      })
      .toBe("stopped");
  }
});
