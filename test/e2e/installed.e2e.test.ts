import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
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

test("a command loads the clients that it calls, and no others", async () => {
  await using local = await smallLocalAws();
  const coverage = join(folder, "coverage");
  const { stderr } = await run(["status"], { ...local.environment, NODE_V8_COVERAGE: coverage });
  expect(stderr).toContain("No run of stack BedrockChatStack");
  const { outputs } = await bundle({ write: false });
  const [report = ""] = await readdir(coverage);
  const { result } = JSON.parse(await readFile(join(coverage, report), "utf8")) as { result: { url: string }[] };
  const loaded = result.flatMap(({ url }) => Object.keys(outputs[url.replace(/^.*\/(?=dist\/)/, "")]?.inputs ?? {}));
  const clients = new Set(loaded.flatMap((file) => /@aws-sdk\/(client-[\w-]+)\//.exec(file)?.[1] ?? []));
  expect([...clients]).toEqual(["client-sts"]);
});
