import { Writable } from "node:stream";
import { vi } from "vitest";
import { runCommandLine } from "../../src/run-command-line.ts";
import { cleanEnvironment } from "../e2e/product.ts";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A command line as the built command runs it, in this process: hundreds of them cost no start of Node. The SDK reads its settings from
 * this process's environment: one local AWS a test file.
 */
export async function runInProcess(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const env = cleanEnvironment(environment);
  for (const [name, value] of Object.entries(env)) if (name.startsWith("AWS_")) vi.stubEnv(name, value);
  const [stdout, stderr] = [kept(), kept()];
  const code = await runCommandLine(argv, { stdout, stderr, env, signal: new AbortController().signal });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function kept(): Writable & { text(): string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return Object.assign(stream, { text: () => chunks.join("") });
}
