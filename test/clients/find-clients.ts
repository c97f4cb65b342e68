import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** A client that this machine has. */
export interface FoundClient {
  /** `boto3 1.26.27`, `aws-cli/2.9.19`. */
  readonly name: string;
  readonly program: string;
}

/** What to do about a machine without clients; `scripts/test` has tried it already. */
export const howToInstall =
  "Run `scripts/setup --with-clients` as root (Debian and its relatives), or install boto3 and the AWS CLI by `pip install boto3 awscli`, and pg_comparator from its own site.";

/** The Pythons that have boto3: the one on PATH, and the system's own where that has another release. */
export function findPythons(): Promise<FoundClient[]> {
  const look = ["-c", "import boto3; print('boto3', boto3.__version__)"];
  return found(["python3", "/usr/bin/python3"], look);
}

/** The AWS CLIs: the one on PATH, and the system's own where that is another release. */
export async function findAwsClis(): Promise<FoundClient[]> {
  return found(["aws", "/usr/bin/aws"], ["--version"], (text) => text.split(" ")[0] ?? "");
}

/** Debian's pg_comparator. */
export async function findComparators(): Promise<FoundClient[]> {
  return found(["pg_comparator"], ["--version"], (text) => `pg_comparator ${text.trim().split(" ").at(-1) ?? ""}`);
}

async function found(
  programs: readonly string[],
  look: readonly string[],
  nameIn = (text: string) => text.trim(),
): Promise<FoundClient[]> {
  const byName = new Map<string, FoundClient>();
  for (const program of programs) {
    const told = await promisify(execFile)(program, look).catch(() => undefined);
    if (!told) continue;
    const name = nameIn(told.stdout);
    if (!byName.has(name)) byName.set(name, { name, program });
  }
  return [...byName.values()];
}
