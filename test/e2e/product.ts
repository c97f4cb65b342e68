import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command, as an installed one would be called. */
export const cli = resolve("dist/cli.js");

/** An environment without anything of the caller's AWS, and with what is given. */
export function cleanEnvironment(environment: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|BEDROCK_CHAT_MIGRATE_)/.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...environment,
  };
}

/** Starts the built command; the caller may kill it. */
export function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [cli, ...args], {
    env: cleanEnvironment(environment),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended: Promise<Ended> = once(child, "close").then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
  }));
  return { child, ended, stderrSoFar: () => stderr };
}

/** Runs the built command to its end. */
export async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return start(args, environment).ended;
}

/** Starts a small local AWS in the background, by the command; `await using` ends it. */
export async function smallLocalAws(
  flags: readonly string[] = [],
): Promise<AsyncDisposable & { readonly environment: Readonly<Record<string, string>> }> {
  const small = ["--rows=200", "--bots=6", "--dimensions=16", "--time-scale=0.0002"];
  const ended = await run(["local-aws", "--detach", "--json", ...small, ...flags]);
  if (ended.code !== 0) throw new Error(`local-aws ended with ${ended.code}: ${ended.stderr}`);
  const environment = JSON.parse(ended.stdout) as Record<string, string>;
  return {
    // A snapshot of the target takes time in every test, and stays; rehearsals take one.
    environment: { ...environment, BEDROCK_CHAT_MIGRATE_TARGET_SNAPSHOT: "false" },
    async [Symbol.asyncDispose]() {
      await run(["local-aws", "stop"], environment);
    },
  };
}
