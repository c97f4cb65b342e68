import { mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { CertificateAuthority } from "./certificates.ts";
import { hostBasedAuthentication } from "./host-based-authentication.ts";
import type { PostgresInstallation } from "./installation.ts";
import { giveToServerUser, writeForServerUser } from "./programs.ts";
import { superviseAsServerUser } from "./supervisor.ts";
import type { SupervisedProgram } from "./supervisor.ts";
import { programTrustingVector } from "./trusted-extensions.ts";

/** One real PostgreSQL server with a data directory, a port and TLS of its own. */
export interface PostgresServer {
  readonly host: "localhost";
  readonly port: number;
  readonly dataDirectory: string;
  readonly running: boolean;
  /** Starts it with these settings (postgresql.conf names and values) and waits until it accepts logins. */
  start(settings: Readonly<Record<string, string>>): Promise<void>;
  /** Gives a running server new settings; those that need a start wait for it. */
  reload(settings: Readonly<Record<string, string>>): Promise<void>;
  /** Fast shutdown; waits for the end. No effect on a server that does not run. */
  stop(): Promise<void>;
  /** Lends a connection as `rdsadmin`, the superuser that AWS keeps to itself (over the Unix socket, which only it can use). */
  asSuperuser<T>(database: string, work: (client: Client) => Promise<T>): Promise<T>;
}

/** What a server is made of: its data directory must exist (`initializeDataDirectory`, `copyDataDirectory`). */
export interface PostgresServerOptions {
  readonly installation: PostgresInstallation;
  readonly dataDirectory: string;
  /** See `freePort`. The server keeps it over all its starts. */
  readonly port: number;
  readonly certificates: CertificateAuthority;
  /** Names beside `localhost`, `127.0.0.1` and `::1` that the server's certificate is good for. */
  readonly extraHostNames?: readonly string[];
}

/** The server on a data directory; it does not run yet. It ends with this process, even if that is killed. */
export function createPostgresServer(options: PostgresServerOptions): PostgresServer {
  return new LocalPostgresServer(options);
}

/** Longest path of a Unix socket that every system takes (104 bytes with the terminating zero on macOS, 108 on Linux). */
const longestSocketPath = 103;

const baseSettings: Readonly<Record<string, string>> = {
  listen_addresses: "localhost",
  unix_socket_permissions: "0700",
  ssl: "on",
  ssl_cert_file: "server.crt",
  ssl_key_file: "server.key",
  password_encryption: "scram-sha-256",
  shared_buffers: "128MB",
  fsync: "off",
  synchronous_commit: "on",
  timezone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C",
  max_worker_processes: "16",
  // PostgreSQL starts at most one apply worker in each such interval. Aurora has the default of 5 s; time goes faster here.
  wal_retrieve_retry_interval: "200ms",
};

class LocalPostgresServer implements PostgresServer {
  readonly host = "localhost";
  readonly port: number;
  readonly dataDirectory: string;
  readonly #options: PostgresServerOptions;
  #program: SupervisedProgram | undefined;
  #socketDirectory: string | undefined;

  constructor(options: PostgresServerOptions) {
    this.#options = options;
    this.port = options.port;
    this.dataDirectory = options.dataDirectory;
  }

  get running(): boolean {
    return this.#program?.running ?? false;
  }

  async start(settings: Readonly<Record<string, string>>): Promise<void> {
    if (this.running) throw new Error(`The server on port ${this.port} runs already.`);
    for (let attempt = 1; ; attempt++) {
      await this.#configure(settings);
      const failure = await this.#launch();
      if (failure === undefined) return;
      await this.stop();
      // Something else may hold the port for a moment; the clients know this port, so it cannot be another.
      if (!failure.includes("Address already in use") || attempt === 10) throw new Error(failure);
      await sleep(300);
    }
  }

  async reload(settings: Readonly<Record<string, string>>): Promise<void> {
    if (!this.running) return;
    await this.#configure(settings);
    await this.asSuperuser("postgres", (client) => client.query("SELECT pg_reload_conf()"));
  }

  async stop(): Promise<void> {
    await this.#program?.end();
    this.#program = undefined;
    this.#socketDirectory = undefined;
  }

  async asSuperuser<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    if (!this.running || !this.#socketDirectory) throw new Error(`The server on port ${this.port} does not run.`);
    const client = new Client({ host: this.#socketDirectory, port: this.port, user: "rdsadmin", database });
    client.on("error", () => {}); // a connection lost to a shutdown: the statement in hand tells
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  async #configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const { installation, certificates, extraHostNames = [] } = this.#options;
    this.#socketDirectory ??= await socketDirectoryFor(installation, this.dataDirectory);
    const { key, certificate } = await certificates.issue(["localhost", "127.0.0.1", "::1", ...extraHostNames]);
    const all = {
      ...baseSettings,
      port: String(this.port),
      unix_socket_directories: this.#socketDirectory,
      ...settings,
    };
    const files = {
      "server.key": key,
      "server.crt": certificate,
      "pg_hba.conf": hostBasedAuthentication(/^(1|on)$/.test(settings["rds.force_ssl"] ?? "")),
      "postgresql.conf": Object.entries(all)
        .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
        .join(""),
    };
    for (const [name, content] of Object.entries(files)) {
      await writeForServerUser(installation, join(this.dataDirectory, name), content);
    }
  }

  /** Starts the program once; gives what its log says when it did not come up, and nothing when it did. */
  async #launch(): Promise<string | undefined> {
    const { installation, dataDirectory } = this.#options;
    const log = join(dataDirectory, "server.log");
    await writeForServerUser(installation, log, "");
    await rm(join(dataDirectory, "postmaster.pid"), { force: true }); // left by a server that was killed with its machine
    const program = await programTrustingVector(installation, dirname(dataDirectory));
    const ownSockets = this.#socketDirectory === dataDirectory ? undefined : this.#socketDirectory;
    this.#program = superviseAsServerUser(installation, [program, "-D", dataDirectory], {
      logFile: log,
      ...(ownSockets !== undefined && { scratch: ownSockets }),
    });
    const deadline = Date.now() + 60_000;
    while (this.running && Date.now() < deadline) {
      if (await isReady(dataDirectory)) break;
      await sleep(15);
    }
    const said = await readFile(log, "utf8");
    // A server that gets one of its two loopback addresses starts nevertheless, with a mere warning.
    const cameUp = this.running && (await isReady(dataDirectory)) && !said.includes("Address already in use");
    return cameUp ? undefined : `PostgreSQL did not start on port ${this.port}:\n${said}`;
  }
}

/** Line 8 of `postmaster.pid` is the server's status (PostgreSQL, `utils/pidfile.h`); `pg_ctl --wait` reads it too. */
async function isReady(dataDirectory: string): Promise<boolean> {
  const lines = await readFile(join(dataDirectory, "postmaster.pid"), "utf8").catch(() => "");
  return lines.split("\n")[7]?.trim() === "ready";
}

/** The data directory itself, which no other user can enter; a private folder in /tmp when that path is too long. */
async function socketDirectoryFor(installation: PostgresInstallation, dataDirectory: string): Promise<string> {
  if (Buffer.byteLength(join(dataDirectory, ".s.PGSQL.65535")) <= longestSocketPath) return dataDirectory;
  const directory = await mkdtemp("/tmp/pg-");
  await giveToServerUser(installation, directory);
  return directory;
}
