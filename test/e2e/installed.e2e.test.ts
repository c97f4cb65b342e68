import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../scripts/bundle.ts";
import { cleanEnvironment, run, smallLocalAws } from "./product.ts";

const execute = promisify(execFile);

/** A stranger's folder with the packed command installed in it, and nothing of this checkout in reach. */
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bcm-installed-"));
  // `--ignore-scripts`: the set-up of these tests has built it.
  const packed = await execute("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder]);
  const [{ filename } = { filename: "" }] = JSON.parse(packed.stdout) as { filename: string }[];
  // Offline, with a cache of its own: whatever it needed besides itself would be missed.
  await inFolder("npm", ["install", "--offline", "--no-audit", "--no-fund", join(folder, filename)]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function inFolder(file: string, args: readonly string[]) {
  const env = { ...cleanEnvironment(), HOME: folder, npm_config_cache: join(folder, "cache") };
  return execute(file, args, { cwd: folder, env, maxBuffer: 1e8 });
}

test("the packed command is installed without any other package, and brings the licences of what it holds", async () => {
  expect((await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual([
    "bedrock-chat-migrate",
  ]);
  const installed = join(folder, "node_modules/bedrock-chat-migrate");
  const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
  expect((await inFolder("npx", ["bedrock-chat-migrate", "--version"])).stdout.trim()).toBe(version);
  const licences = await readFile(join(installed, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  for (const name of ["@aws-sdk/client-rds", "dynalite", "pg", "yargs", "zod"])
    expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
  expect(await readdir(installed)).toEqual(
    expect.arrayContaining(["CHANGELOG.md", "LICENSE", "README.md", "dist", "docs", "package.json"]),
  );
  expect(licences).not.toContain(resolve("."));
});

test("npx bedrock-chat-migrate rehearse works in an empty folder", async () => {
  const small = ["--rows=200", "--bots=5", "--dimensions=16", "--time-scale=0.0002"];
  const { stdout } = await inFolder("npx", ["bedrock-chat-migrate", "rehearse", "--json", ...small]);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: "identical", rows: { source: 200, target: 200 }, residue: [] });
});

test("nothing that starts with the command holds an SDK client, the PostgreSQL driver or yargs", async () => {
  const { outputs } = await bundle({ write: false });
  const closure = new Set(["dist/cli.js"]);
  for (const file of closure)
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === "import-statement") closure.add(path);
  const inputs = [...closure].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  expect(inputs).toContain("src/cli.ts");
  expect(inputs.filter((file) => /node_modules\/(@aws-sdk|@smithy|pg|yargs|zod)\//.test(file))).toEqual([]);
});

/** Services whose client's package is not named as their signatures are. */
const clientNames: Readonly<Record<string, string>> = {
  dms: "database-migration-service",
  secretsmanager: "secrets-manager",
};

test("each command loads the clients of the services that it calls, and no others", async () => {
  await using local = await smallLocalAws();
  const { outputs } = await bundle({ write: false });
  const endpoint = local.environment["AWS_ENDPOINT_URL"] ?? "";
  let known = (await callsOf(endpoint)).length;
  for (const args of [
    ["status"],
    ["restore-snapshot"],
    ["start-dms-migration"],
    ["verify-counts"],
    ["cleanup", "--yes"],
  ]) {
    const coverage = await mkdtemp(join(folder, "coverage-"));
    await run(args, { ...local.environment, NODE_V8_COVERAGE: coverage });
    const [report = ""] = await readdir(coverage);
    const { result } = JSON.parse(await readFile(join(coverage, report), "utf8")) as { result: { url: string }[] };
    const loaded = result.flatMap(({ url }) => Object.keys(outputs[url.replace(/^.*\/(?=dist\/)/, "")]?.inputs ?? {}));
    const clients = new Set(loaded.flatMap((file) => /@aws-sdk\/client-([\w-]+)\//.exec(file)?.[1] ?? []));
    const calls = await callsOf(endpoint);
    const called = new Set(calls.slice(known).map(({ service }) => clientNames[service] ?? service));
    expect({ args, clients: [...clients].toSorted() }).toEqual({ args, clients: [...called].toSorted() });
    known = calls.length;
  }
});

async function callsOf(endpoint: string): Promise<{ service: string }[]> {
  return ((await (await fetch(`${endpoint}/_local-aws/calls`)).json()) as { calls: { service: string }[] }).calls;
}

test("credentials are found as the SDK finds them: by a profile's process; and their lack is told", async () => {
  await using local = await smallLocalAws();
  const { AWS_ENDPOINT_URL = "", AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = local.environment;
  const keys = { Version: 1, AccessKeyId: AWS_ACCESS_KEY_ID, SecretAccessKey: AWS_SECRET_ACCESS_KEY };
  await writeFile(join(folder, "keys.json"), JSON.stringify(keys));
  const profile = `[profile ops]\nregion = us-east-1\ncredential_process = cat ${join(folder, "keys.json")}\n`;
  await writeFile(join(folder, "aws-config"), profile);
  const environment = { AWS_ENDPOINT_URL, AWS_CONFIG_FILE: join(folder, "aws-config") };
  const found = await run(["status", "--profile=ops"], environment);
  expect(found.code).toBe(2);
  expect(found.stderr).toContain("No run of stack BedrockChatStack in this account and Region");
  const none = await run(["status", "--region=us-east-1"], environment);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain("There are no AWS credentials.");
});
