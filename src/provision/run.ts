import { randomInt } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { ExpectedError } from "../errors.ts";
import { version } from "../version.ts";
import { type Journal, openJournal, readJournal } from "./journal.ts";
import type { JournalLine } from "./journal-line.ts";
import { foldJournal, type RunState } from "./run-state.ts";

/** What a run is bound to: credentials of another account or Region are refused. */
export interface RunScope {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
}

export interface Run extends RunScope {
  readonly id: string;
  /** Where its journal is, and what else it keeps on this machine. */
  readonly directory: string;
  readonly journal: Journal;
  readonly state: () => RunState;
}

export interface RunFolder extends RunScope {
  readonly id: string;
  readonly directory: string;
  readonly began: string;
  readonly closed: boolean;
}

/** The runs recorded below a state folder, oldest first. A folder whose journal holds no whole line is no run yet. */
async function listRuns(stateDir: string): Promise<RunFolder[]> {
  // Folders with a dot are drafts and what was put out of the way.
  const names = (await readdir(stateDir).catch(noneIfAbsent)).filter((name) => !name.startsWith("."));
  const runs = await Promise.all(
    names.map(async (name) => {
      const lines = await readJournal(join(stateDir, name, "journal.jsonl")).catch(ignoreNotAFolder);
      return runFolder(join(stateDir, name), lines);
    }),
  );
  return runs.filter((run) => run !== undefined).toSorted((a, b) => (a.began < b.began ? -1 : 1));
}

/** A folder that cannot be read is not an empty one: a second run would be begun beside the first. */
function noneIfAbsent(error: unknown): string[] {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
  throw error;
}

function ignoreNotAFolder(error: unknown): JournalLine[] {
  if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return [];
  throw error;
}

function runFolder(directory: string, lines: readonly JournalLine[]): RunFolder | undefined {
  const first = lines[0];
  if (first?.event !== "run-began") return undefined;
  const { run: id, account, region, stack, at: began } = first;
  return { id, account, region, stack, directory, began, closed: foldJournal(lines).closed };
}

/**
 * The run named, or the latest of this account, Region and stack; undefined where none is recorded. Throws an ExpectedError for one that
 * is bound to another account, Region or stack.
 */
export async function findRun(
  stateDir: string,
  scope: RunScope,
  wanted: { readonly id: string | undefined; readonly closedToo: boolean },
): Promise<RunFolder | undefined> {
  const runs = await listRuns(stateDir);
  if (wanted.id === undefined)
    return runs.findLast((run) => sameScope(run, scope) && (wanted.closedToo || !run.closed));
  const named = runs.find((run) => run.id === wanted.id);
  if (named !== undefined && !sameScope(named, scope))
    throw new ExpectedError(
      `Run ${named.id} belongs to account ${named.account}, Region ${named.region}, stack ${named.stack}; the credentials in use are of account ${scope.account}, Region ${scope.region}, stack ${scope.stack}.`,
      "Use the credentials, --region and --stack that the run was begun with.",
    );
  if (named?.closed === true && !wanted.closedToo)
    throw new ExpectedError(
      `Run ${named.id} is closed: everything that it made is gone.`,
      "Leave --run out to go on with an open run, or to begin a new one.",
    );
  return named;
}

function sameScope(a: RunScope, b: RunScope): boolean {
  return a.account === b.account && a.region === b.region && a.stack === b.stack;
}

/** Opens a recorded run to go on with it. */
export async function openRun(folder: RunFolder, clock: Clock): Promise<Run> {
  return runOn(folder, await openJournal(join(folder.directory, "journal.jsonl"), clock));
}

/** Begins a run: its folder, and the first line of its journal. */
export async function beginRun(stateDir: string, scope: RunScope, clock: Clock, id = newRunId(clock)): Promise<Run> {
  const directory = join(stateDir, id);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const journal = await openJournal(join(directory, "journal.jsonl"), clock);
  const { account, region, stack } = scope;
  await journal.append({ event: "run-began", run: id, account, region, stack, version });
  return runOn({ ...scope, id, directory }, journal);
}

/** A run on a journal that is already open. */
function runOn(scope: RunScope & Pick<Run, "id" | "directory">, journal: Journal): Run {
  const { id, account, region, stack, directory } = scope;
  return { id, account, region, stack, directory, journal, state: () => foldJournal(journal.lines) };
}

/** `261123-k7m2q`: the day, and enough of a random tail that two runs of a day never share a name. */
function newRunId(clock: Clock): string {
  const day = new Date(clock.now()).toISOString().slice(2, 10).replaceAll("-", "");
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  const tail = Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join("");
  return `${day}-${tail}`;
}
