import { appendFile, readFile, truncate } from "node:fs/promises";
import type { Clock } from "../clock.ts";
import { ExpectedError } from "../errors.ts";
import { type JournalLine, journalLine, type NewLine } from "./journal-line.ts";

/** A run's append-only record. A line is on the disk before `append` returns. */
export interface Journal {
  readonly lines: readonly JournalLine[];
  append(line: NewLine): Promise<void>;
}

/**
 * Opens a journal file for appending, and reads what it holds. A last line without its newline was being written when the process
 * was killed: its effect had not begun, so it is cut off.
 */
export async function openJournal(file: string, clock: Clock): Promise<Journal> {
  const lines = await readJournal(file, { cutTornLine: true });
  let last: Promise<void> = Promise.resolve();
  return {
    lines,
    async append(line) {
      const dated = { ...line, at: new Date(clock.now()).toISOString() };
      // One after the other, in the order of the calls: resources are made in parallel.
      last = last.then(async () => {
        await appendFile(file, `${JSON.stringify(dated)}\n`, { mode: 0o600, flush: true });
        lines.push(dated);
      });
      await last;
    },
  };
}

/** The lines of a journal file; none when there is no such file. Throws an ExpectedError on a line that is no journal line. */
export async function readJournal(file: string, options = { cutTornLine: false }): Promise<JournalLine[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (options.cutTornLine && whole.length < text.length) await truncate(file, Buffer.byteLength(whole));
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => parseLine(line, file, index + 1));
}

function parseLine(line: string, file: string, number: number): JournalLine {
  try {
    return journalLine.parse(JSON.parse(line));
  } catch (cause) {
    throw new ExpectedError(
      `Line ${number} of ${file} is not a journal line.`,
      "The file was altered, or written by a newer version. Restore it, or move it away: the resources of its run carry the tag bedrock-chat-migrate:run.",
      undefined,
      { cause },
    );
  }
}
