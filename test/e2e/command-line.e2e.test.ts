import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../src/commands/all.ts";
import { cleanEnvironment, cli } from "./product.ts";

const execute = promisify(execFile);
const configFile = "bedrock-chat-migrate.config.json";
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bcm-command-line-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the built command in a folder without anything, or with a config file. */
async function call(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const options = { cwd: folder, env: cleanEnvironment(environment) };
  return execute(process.execPath, [cli, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
}

describe("slips are answered with what was meant", () => {
  test.each([
    [["strat-dms-migration", "--run", "x"], "bedrock-chat-migrate start-dms-migration --run x"],
    [["status", "--rgion=eu-west-1"], "bedrock-chat-migrate status --region=eu-west-1"],
    [
      ["start-dms-migration", "--migrationtype", "full-load"],
      "bedrock-chat-migrate start-dms-migration --migration-type full-load",
    ],
  ])("%s", async (args, meant) => {
    const { code, stderr } = await call(args);
    expect(code).toBe(2);
    expect(stderr).toContain(`Did you mean this?\n  ${meant}\n`);
  });

  test("a command that is nothing like one, and none at all", async () => {
    for (const args of [["frobnicate"], []]) {
      const { code, stderr } = await call(args);
      expect(code).toBe(2);
      expect(stderr).toContain("bedrock-chat-migrate --help");
    }
  });
});

test("--help lists every command, and each command's has examples", async () => {
  const { stdout } = await call(["--help"]);
  for (const { usage, examples } of commands) {
    const verb = usage.split(" ")[0] ?? "";
    expect(stdout).toContain(`  ${verb} `);
    expect(examples.length, verb).toBeGreaterThan(0);
    expect((await call([verb, "--help"])).stdout, verb).toMatch(
      /Examples:\n +\S*bedrock-chat-migrate|Examples:\n +eval/,
    );
  }
});

describe("settings", () => {
  const rows = async (args: readonly string[], environment?: Readonly<Record<string, string>>) => {
    const { stdout } = await call(["rehearse", "--help", ...args], environment);
    return /--rows [^[]*\[number\]\s+\[default: ([^\]]+)\]/.exec(stdout)?.[1]?.replaceAll(/\s+/g, " ");
  };

  test("the environment wins over the config file, which wins over the default", async () => {
    await rm(join(folder, configFile), { force: true });
    expect(await rows([])).toBe("5000");
    await writeFile(join(folder, configFile), '{ "rows": 70 }');
    expect(await rows([])).toContain("70, by");
    expect(await rows([], { BEDROCK_CHAT_MIGRATE_ROWS: "80" })).toContain("80, by BEDROCK_CHAT_MIGRATE_ROWS");
    await rm(join(folder, configFile));
  });

  test("what no command knows, a wrong type, and a file that cannot be read are usage errors", async () => {
    const misspelt = await call(["status"], { BEDROCK_CHAT_MIGRATE_STAK: "x" });
    expect(misspelt.code).toBe(2);
    expect(misspelt.stderr).toContain("Did you mean BEDROCK_CHAT_MIGRATE_STACK?");
    await writeFile(join(folder, configFile), '{ "poll-seconds": "often" }');
    expect((await call(["status"])).stderr).toContain(`"poll-seconds" in ${configFile} must be a number.`);
    await rm(join(folder, configFile));
    await mkdir(join(folder, configFile));
    const unreadable = await call(["status"]);
    expect(unreadable.code).toBe(2);
    expect(unreadable.stderr).toContain("cannot be read");
    expect((await call(["--help"])).code).toBe(0);
    await rm(join(folder, configFile), { recursive: true });
  });
});

test("bash completes commands, flags and choices", async () => {
  const script = `
    bedrock-chat-migrate() { "$NODE" "$CLI" "$@"; }
    source <(bedrock-chat-migrate completion)
    complete -p bedrock-chat-migrate >/dev/null
    candidates() {
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      _bedrock-chat-migrate_yargs_completions
      echo "\${COMPREPLY[*]}"
    }
    candidates bedrock-chat-migrate sta
    candidates bedrock-chat-migrate start-dms-migration --migr
    candidates bedrock-chat-migrate start-dms-migration --migration-type full-load-
    candidates bedrock-chat-migrate status --stack ''`;
  const env = { ...cleanEnvironment(), NODE: process.execPath, CLI: cli };
  const { stdout } = await execute("bash", ["-c", script], { cwd: folder, env });
  expect(stdout.split("\n").slice(0, 4)).toEqual([
    "start-dms-migration status",
    "--migration-type",
    "full-load-and-cdc",
    "",
  ]);
});
