import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { selfCommand } from "./self.ts";

export interface ProductEnvironment {
  /** What the local AWS prints: endpoint, credentials, CA file, state folder. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder to run in: a config file of the operator's own folder must not be read. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Runs one of the product's own commands as a process, as an operator would, against the local AWS. Gives its exit code and stdout. */
export async function runProduct(
  args: readonly string[],
  product: ProductEnvironment,
): Promise<{ readonly code: number; readonly stdout: string }> {
  const self = selfCommand(args);
  const child = spawn(self.file, self.args, {
    cwd: product.directory,
    env: { ...withoutAws(process.env), ...product.environment },
    stdio: ["ignore", "pipe", "pipe"],
    // Out of the terminal's process group, and ended without asking: it leaves nothing that does not go with the local AWS.
    detached: true,
    signal: product.signal,
    killSignal: "SIGKILL",
  });
  const ended = once(child, "close").catch((error: unknown) => {
    product.signal.throwIfAborted();
    throw error;
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  createInterface({ input: child.stderr }).on("line", product.say);
  const [code] = (await ended) as [number | null];
  product.signal.throwIfAborted();
  return { code: code ?? 70, stdout };
}

/** The environment less everything that could lead an AWS client to a real account, or set a flag. */
function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !name.startsWith("AWS_") && (!name.startsWith("BEDROCK_CHAT_MIGRATE_") || name.endsWith("_PG_BIN")),
  );
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    // The rehearsal's own output is what the reader wants to see: the SDK tells the age of Node in every other command.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}
