import type { Client } from "pg";

/** One real PostgreSQL server with a data directory, a port and TLS of its own. */
export interface PostgresServer {
  readonly host: "localhost";
  readonly port: number;
  readonly dataDirectory: string;
  readonly running: boolean;
  /** Starts it with these settings (postgresql.conf names and values) and waits until it accepts logins. */
  start(settings: Readonly<Record<string, string>>): Promise<void>;
  /** Fast shutdown; waits for the end. No effect on a server that does not run. */
  stop(): Promise<void>;
  /** Lends a connection as `rdsadmin`, the superuser that AWS keeps to itself (over the Unix socket, which only it can use). */
  asSuperuser<T>(database: string, work: (client: Client) => Promise<T>): Promise<T>;
}
