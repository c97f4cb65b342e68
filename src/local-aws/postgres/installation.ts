import { execFile } from "node:child_process";
import { access, readdir, readFile, realpath } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** The PostgreSQL programs found on this machine, and the user that servers run as. */
export interface PostgresInstallation {
  /** Folder of `initdb`, `postgres`, `pg_dump`, … */
  readonly binDirectory: string;
  readonly majorVersion: number;
  /** The version of pgvector that this installation can create, for example `0.8.0`. */
  readonly pgvectorVersion: string;
  /** Set when this process is root: PostgreSQL refuses to run as root, so its programs run as this user. */
  readonly runAs: { readonly uid: number; readonly gid: number; readonly name: string } | undefined;
}

/** There is no PostgreSQL that the local AWS could use; `wayOut` says how to get one. */
export class PostgresMissingError extends Error {
  readonly wayOut =
    "scripts/setup of a checkout installs it, or names what to install. Without one: `apt-get install postgresql-NN postgresql-NN-pgvector` (Debian 13, Ubuntu 25.04 and later), `brew install postgresql@17 pgvector` (macOS). Elsewhere: BEDROCK_CHAT_MIGRATE_PG_BIN=<folder of its initdb>.";
}

const run = promisify(execFile);
const oldestMajor = 15;
const oldestPgvector = "0.8.0";

/**
 * The newest PostgreSQL >= 15 on this machine that has pgvector >= 0.8.0. `BEDROCK_CHAT_MIGRATE_PG_BIN` (the folder of its
 * programs) overrides the search. Throws a PostgresMissingError that names what was found.
 */
export async function findPostgres(): Promise<PostgresInstallation> {
  const seen: string[] = [];
  const usable: Omit<PostgresInstallation, "runAs">[] = [];
  for (const directory of await candidateDirectories()) {
    const found = await lookAt(directory);
    if (typeof found === "string") seen.push(`${directory}: ${found}`);
    else if (found) usable.push(found);
  }
  const newest = usable.toSorted((a, b) => b.majorVersion - a.majorVersion)[0];
  if (!newest) {
    throw new PostgresMissingError(
      [
        `The local AWS needs PostgreSQL >= ${oldestMajor} (server programs) with pgvector >= ${oldestPgvector}.`,
        ...(seen.length > 0 ? seen.map((line) => `  found ${line}`) : ["  found none"]),
      ].join("\n"),
    );
  }
  return { ...newest, runAs: await serverUser() };
}

async function candidateDirectories(): Promise<string[]> {
  const chosen = process.env["BEDROCK_CHAT_MIGRATE_PG_BIN"];
  if (chosen) return [chosen];
  const packaged = await Promise.all([
    versionsBelow("/usr/lib/postgresql", /^\d+$/, "bin"), // Debian, Ubuntu
    versionsBelow("/usr", /^pgsql-\d+$/, "bin"), // the PostgreSQL project's RPMs
    versionsBelow("/opt/homebrew/opt", /^postgresql@\d+$/, "bin"),
    versionsBelow("/usr/local/opt", /^postgresql@\d+$/, "bin"),
  ]);
  const configured = await run("pg_config", ["--bindir"]).then(
    ({ stdout }) => [stdout.trim()],
    () => [],
  );
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((directory) => directory !== "");
  return [...new Set([...packaged.flat(), ...configured, ...onPath])];
}

async function versionsBelow(parent: string, name: RegExp, sub: string): Promise<string[]> {
  const entries = await readdir(parent).catch(() => []);
  return entries.filter((entry) => name.test(entry)).map((entry) => join(parent, entry, sub));
}

/** The installation at `directory`; a text that says why it is of no use; nothing when there is no server at all. */
async function lookAt(directory: string): Promise<Omit<PostgresInstallation, "runAs"> | string | undefined> {
  const binDirectory = await realpath(directory).catch(() => directory);
  if (!(await exists(join(binDirectory, "postgres"))) || !(await exists(join(binDirectory, "initdb"))))
    return undefined;
  const { stdout } = await run(join(binDirectory, "postgres"), ["--version"]);
  const majorVersion = Number(/\b(\d+)(?:\.\d+|\w*)\b/.exec(stdout)?.[1] ?? 0);
  if (majorVersion < oldestMajor) return `PostgreSQL ${majorVersion}, too old`;
  if (!(await exists(join(binDirectory, "pg_config")))) return `PostgreSQL ${majorVersion} without pg_config`;
  const pgvectorVersion = await extensionVersion(binDirectory, "vector");
  if (!pgvectorVersion) return `PostgreSQL ${majorVersion} without pgvector`;
  if (isOlder(pgvectorVersion, oldestPgvector))
    return `PostgreSQL ${majorVersion} with pgvector ${pgvectorVersion}, too old`;
  return { binDirectory, majorVersion, pgvectorVersion };
}

async function extensionVersion(binDirectory: string, extension: string): Promise<string | undefined> {
  const { sharedir } = await installedPaths(binDirectory);
  const control = await readFile(join(sharedir, "extension", `${extension}.control`), "utf8").catch(() => "");
  return /^default_version\s*=\s*'([^']+)'/m.exec(control)?.[1];
}

/** Where this installation keeps its shared files (`sharedir`) and loadable modules (`pkglibdir`), by its own `pg_config`. */
export async function installedPaths(binDirectory: string): Promise<{ sharedir: string; pkglibdir: string }> {
  const { stdout } = await run(join(binDirectory, "pg_config"), ["--sharedir", "--pkglibdir"]);
  const [sharedir, pkglibdir] = stdout.trim().split("\n");
  if (!sharedir || !pkglibdir) throw new Error(`${binDirectory}/pg_config gave no sharedir and pkglibdir.`);
  return { sharedir, pkglibdir };
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The account `postgres` when this process is root; otherwise servers run as this process's own user. */
async function serverUser(): Promise<PostgresInstallation["runAs"]> {
  if (process.getuid?.() !== 0) return undefined;
  const name = "postgres";
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, name])).stdout)),
  ).catch(() => []);
  if (!uid || !gid) {
    throw new PostgresMissingError(`PostgreSQL refuses to run as root, and there is no user ${name}.`);
  }
  return { uid, gid, name };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
