import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Run } from "../provision/run.ts";
import type { Evidence, Verification } from "../verify/verification.ts";

/** Writes what a verification has found into the run's folder, beside those of earlier ones. Gives the file and the SHA-256 of its bytes. */
export async function writeEvidence(verification: Verification, run: Run): Promise<Evidence> {
  const text = `${JSON.stringify(verification, undefined, 2)}\n`;
  const file = join(run.directory, `verification-${verification.at.replaceAll(/[-:]/g, "")}.json`);
  await writeFile(file, text, { mode: 0o600, flush: true });
  return { file, sha256: createHash("sha256").update(text).digest("hex") };
}
