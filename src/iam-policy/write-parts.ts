import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import type { PolicyDocument } from "./operator-policy.ts";

/**
 * Writes policies into a folder, a file each, and gives the files. Throws a UsageError for a folder that holds anything: a part of an
 * earlier policy would be taken for one of this.
 */
export async function writeParts(directory: string, parts: readonly PolicyDocument[]): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new UsageError(`The folder ${directory} is not empty.`, "Name another one with --directory, or empty it.");
  const files = parts.map((_, index) => join(directory, `bedrock-chat-migrate-${index + 1}.json`));
  for (const [index, file] of files.entries())
    await writeFile(file, `${JSON.stringify(parts[index], undefined, 2)}\n`, { flag: "wx" });
  return files;
}
