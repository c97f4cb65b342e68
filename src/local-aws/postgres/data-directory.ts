import { rmSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeWorkingDirectory } from "../working-directory.ts";
import type { PostgresInstallation } from "./installation.ts";
import { giveToServerUser, runAsServerUser } from "./programs.ts";
import type { PostgresServer } from "./server.ts";

/** What belongs to a running server and not to its data. */
const notData = /^(postmaster\.(pid|opts)|server\.log|server\.(key|crt)|\.s\.PGSQL\..*)$/;

/**
 * Makes the data directory of a new server: UTF8, and `rdsadmin` as the bootstrap superuser, as on RDS. Nothing is flushed to
 * disk: what the local AWS holds need not outlive the machine.
 */
export async function initializeDataDirectory(
  installation: PostgresInstallation,
  dataDirectory: string,
): Promise<void> {
  const made = pristine.get(installation.binDirectory) ?? makePristine(installation);
  pristine.set(installation.binDirectory, made);
  await copyDataDirectory(installation, await made, dataDirectory);
}

/** What initdb makes, by its programs, for this process to copy: that takes a tenth of the time. */
const pristine = new Map<string, Promise<string>>();

/** It goes with this process, or, where that was killed, at the next start of a local AWS. */
async function makePristine(installation: PostgresInstallation): Promise<string> {
  const folder = await makeWorkingDirectory();
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const dataDirectory = join(folder, "initdb");
  await initialize(installation, dataDirectory);
  return dataDirectory;
}

async function initialize(installation: PostgresInstallation, dataDirectory: string): Promise<void> {
  await makeDirectory(installation, dataDirectory);
  const locale = process.platform === "linux" ? "C.UTF-8" : "C";
  await runAsServerUser(installation, join(installation.binDirectory, "initdb"), [
    `--pgdata=${dataDirectory}`,
    "--username=rdsadmin",
    "--encoding=UTF8",
    `--locale=${locale}`,
    "--no-sync",
  ]);
}

/**
 * Copies a server's data to the new folder `to`, as a snapshot does: with `pg_basebackup` while it runs, so that it need not stop,
 * else file by file. Replication slots are left out in both cases (`pg_basebackup` has none either).
 */
export async function copyDataOf(
  installation: PostgresInstallation,
  server: PostgresServer,
  to: string,
): Promise<void> {
  if (!server.running) return copyDataDirectory(installation, server.dataDirectory, to);
  await makeDirectory(installation, to);
  const { host, port } = await server.asSuperuser("postgres", async (client) => ({
    host: client.host,
    port: client.port,
  }));
  await runAsServerUser(installation, join(installation.binDirectory, "pg_basebackup"), [
    `--pgdata=${to}`,
    `--host=${host}`,
    `--port=${port}`,
    "--username=rdsadmin",
    "--no-password",
    "--checkpoint=fast",
    "--wal-method=stream",
    "--no-sync",
    "--no-manifest",
  ]);
  await removeWhatIsNotData(to);
}

/** Copies the data directory of a server that does not run to the new folder `to` (by reference where the file system can). */
export async function copyDataDirectory(installation: PostgresInstallation, from: string, to: string): Promise<void> {
  await makeDirectory(installation, to);
  await runAsServerUser(installation, "cp", ["-Rp", `${from}/.`, to]); // GNU cp shares blocks by itself, where it can
  await removeWhatIsNotData(to);
}

/** A folder that the servers' user owns and no other can enter, as PostgreSQL demands of a data directory. */
async function makeDirectory(installation: PostgresInstallation, directory: string): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  await mkdir(directory, { mode: 0o700 });
  await giveToServerUser(installation, directory);
  await runAsServerUser(installation, "ls", [directory]).catch((cause: unknown) => {
    const name = installation.runAs?.name ?? "this process's user";
    throw new Error(
      `${name} cannot enter ${directory}: keep the local AWS in a folder that it can, such as one in /var/tmp.`,
      { cause },
    );
  });
}

async function removeWhatIsNotData(directory: string): Promise<void> {
  const left = (await readdir(directory)).filter((name) => notData.test(name)).map((name) => join(directory, name));
  const slots = join(directory, "pg_replslot");
  left.push(...(await readdir(slots)).map((slot) => join(slots, slot)));
  await Promise.all(left.map((path) => rm(path, { recursive: true })));
}
