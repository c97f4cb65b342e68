import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { App } from "../command.ts";
import { ExpectedError, Interrupted, UsageError } from "../errors.ts";
import type { RdsSchedules } from "../local-aws/stack/schedules.ts";
import { type Release, scheduleSettingOf } from "./deployment-settings.ts";
import type { PolicyFile } from "./policy-file.ts";
import { registerLocalAws } from "./running-local-aws.ts";
import { selfCommand } from "./self.ts";
import { type Variants, wholeSettingOf } from "./variant-settings.ts";

export interface ServeOptions {
  readonly stage: "before-deploy" | "after-deploy";
  readonly port: number;
  readonly bots: number;
  readonly rows: number;
  readonly dimensions: number;
  readonly seed: number;
  readonly release: Release;
  readonly rdsSchedules?: RdsSchedules | undefined;
  readonly timeScale: number;
  readonly variants: Readonly<Variants>;
  /** Engine versions on offer; all when left out. */
  readonly engineVersions?: readonly string[] | undefined;
  /** What callers may do; everything when left out. */
  readonly policy?: PolicyFile | undefined;
  readonly endWithStdin: boolean;
  readonly json: boolean;
}

/** Starts a local AWS in this process, prints its environment when it is ready, and serves until it is stopped. */
export async function serveLocalAws(options: ServeOptions, app: App): Promise<void> {
  const { startLocalAws } = await import("../local-aws/start.ts");
  const { PostgresMissingError } = await import("../local-aws/postgres/installation.ts");
  const say = (line: string) => void app.stderr.write(`${line}\n`);
  const end = new AbortController();
  // The process that started this one may end while the data is still being seeded.
  if (options.endWithStdin) process.stdin.resume().once("close", () => end.abort(new Interrupted()));
  const signal = AbortSignal.any([app.signal, end.signal]);
  try {
    const local = await startLocalAws({ ...options, policy: options.policy?.policy, onProgress: say, signal });
    const { endpoint, environment } = local;
    await registerLocalAws(local.directory, { endpoint, pid: process.pid, environment });
    app.stdout.write(`${drawEnvironment(environment, options.json)}\n`);
    await local.stopped;
  } catch (error) {
    throw error instanceof PostgresMissingError ? new UsageError(error.message, error.wayOut, { cause: error }) : error;
  } finally {
    // Open, it would keep this process alive, and the one that waits for its end as well.
    if (options.endWithStdin) process.stdin.destroy();
  }
}

function drawEnvironment(environment: Readonly<Record<string, string>>, json: boolean): string {
  if (json) return JSON.stringify(environment);
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`)
    .join("\n");
}

/** The same in a process of its own that outlives this one; its messages go to a file. */
export async function detachLocalAws(options: ServeOptions, app: App): Promise<void> {
  const environment = await startDetached(options, app.signal);
  app.stdout.write(`${drawEnvironment(environment, options.json)}\n`);
}

/** Starts a local AWS that outlives this process, and gives its environment when it is ready. */
export async function startDetached(options: ServeOptions, signal: AbortSignal): Promise<Record<string, string>> {
  const logFile = join(tmpdir(), `bedrock-chat-migrate-local-aws-${process.pid}.log`);
  const self = selfCommand(serveArguments(options));
  const child = spawn(self.file, self.args, {
    env: ownEnvironment(),
    detached: true,
    stdio: ["ignore", "pipe", openSync(logFile, "a", 0o600)],
  });
  const output = child.stdout;
  if (output === null) throw new Error("spawned without its stdout");
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  const environment = await firstLine(output, async () => lastLines(await readFile(logFile, "utf8")));
  signal.removeEventListener("abort", stop);
  const parsed = JSON.parse(environment) as Record<string, string>;
  // From now on it goes with the local AWS's own folder.
  await rename(logFile, join(dirname(parsed["BEDROCK_CHAT_MIGRATE_STATE_DIR"] ?? ""), "local-aws.log"));
  child.unref();
  return parsed;
}

/** Settings of this process's own flags: the process that is started gets its flags from here. */
function isProductSetting(name: string): boolean {
  return name.startsWith("BEDROCK_CHAT_MIGRATE_") && name !== "BEDROCK_CHAT_MIGRATE_PG_BIN";
}

/** What the started process gets of this one's: none of its settings, and no word of the SDK about the age of Node. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !isProductSetting(name));
  return { ...Object.fromEntries(own), AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
}

function serveArguments(options: ServeOptions): string[] {
  const { stage, port, bots, rows, dimensions, seed, timeScale, variants, engineVersions, policy } = options;
  const { release, rdsSchedules } = options;
  const flags = {
    stage,
    port,
    bots,
    rows,
    dimensions,
    seed,
    "time-scale": timeScale,
    variant: wholeSettingOf(variants),
    "bedrock-chat-version": release,
    ...(rdsSchedules === undefined ? {} : { "rds-schedules": scheduleSettingOf(rdsSchedules) }),
    ...(engineVersions === undefined ? {} : { "engine-versions": engineVersions.join(",") }),
    ...(policy === undefined ? {} : { policy: policy.path }),
  };
  return [
    "local-aws",
    "start",
    "--json",
    "--detach=false",
    ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
  ];
}

export interface AttachedLocalAws {
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/** A local AWS that ends with this process, however this process ends: it serves until its standard input closes. */
export async function startAttached(
  options: ServeOptions,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<AttachedLocalAws> {
  const self = selfCommand([...serveArguments(options), "--end-with-stdin"]);
  // A process group of its own: a Ctrl-C in the terminal must not end it before the commands that use it.
  const child = spawn(self.file, self.args, { env: ownEnvironment(), detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(child, "exit");
  signal.addEventListener("abort", () => child.stdin.end(), { once: true });
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (!signal.aborted) say(line);
  });
  const line = await firstLine(child.stdout, async () => "What it said stands above.").catch(async (cause: unknown) => {
    const [code] = (await ended) as [number | null];
    if (!(cause instanceof ExpectedError) || code === null) throw cause;
    throw new ExpectedError(cause.message, cause.hint, code, { cause });
  });
  const environment = JSON.parse(line) as Record<string, string>;
  return {
    environment,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

async function firstLine(stream: NodeJS.ReadableStream, whyNot: () => Promise<string>): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += String(chunk);
    const end = text.indexOf("\n");
    // The environment is one line; the document of an error is many.
    if (end > 1) return text.slice(0, end);
  }
  throw new ExpectedError("The local AWS did not start.", await whyNot());
}

function lastLines(log: string): string {
  return log.trimEnd().split("\n").slice(-20).join("\n");
}
