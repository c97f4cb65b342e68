import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const schema = z.object({ endpoint: z.string(), pid: z.number(), environment: z.record(z.string(), z.string()) });

/** A local AWS of this machine, as it has registered itself. */
export type RunningLocalAws = z.infer<typeof schema>;

const file = "local-aws.json";

/** Registers a local AWS in its own folder, which goes with it. */
export async function registerLocalAws(directory: string, running: RunningLocalAws): Promise<void> {
  await writeFile(join(directory, file), JSON.stringify(running), { mode: 0o600 });
}

/** The local AWSes that this user can see and that answer. */
export async function runningLocalAwses(): Promise<RunningLocalAws[]> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith("bedrock-chat-migrate-local-aws-"));
  const read = await Promise.all(folders.map((folder) => readRegistration(join(tmpdir(), folder, file))));
  const alive = await Promise.all(
    read.map(async (one) => (one !== undefined && (await answers(one.endpoint)) ? one : undefined)),
  );
  return alive.filter((one) => one !== undefined);
}

async function readRegistration(path: string): Promise<RunningLocalAws | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Half written by one that starts just now.
    return undefined;
  }
}

/** Whether a local AWS answers at an endpoint. */
export async function answers(endpoint: string): Promise<boolean> {
  const answer = await fetch(`${endpoint}/_local-aws/status`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  return answer !== undefined;
}
