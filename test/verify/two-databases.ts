import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import type { SqlTransaction } from "../../src/database/session.ts";
import { openCertificateAuthority } from "../../src/local-aws/postgres/certificates.ts";
import { initializeDataDirectory } from "../../src/local-aws/postgres/data-directory.ts";
import { findPostgres } from "../../src/local-aws/postgres/installation.ts";
import { freePort } from "../../src/local-aws/postgres/ports.ts";
import { createPostgresServer } from "../../src/local-aws/postgres/server.ts";

/**
 * Lends two databases on one server, which both hold what `fill` has written into the first: the two sides of a migration that went well.
 */
export async function withTwoDatabases(
  fill: (client: Client) => Promise<unknown>,
  work: (source: Client, target: Client) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "two-databases-"));
  await chmod(directory, 0o711); // PostgreSQL's own user goes through it
  const installation = await findPostgres();
  const server = createPostgresServer({
    installation,
    certificates: await openCertificateAuthority(directory),
    dataDirectory: join(directory, "data"),
    port: await freePort(),
  });
  try {
    await initializeDataDirectory(installation, server.dataDirectory);
    await server.start({});
    await server.asSuperuser("postgres", (client) => client.query("create database source"));
    await server.asSuperuser("source", fill);
    await server.asSuperuser("postgres", (client) => client.query("create database target template source"));
    await server.asSuperuser("source", (source) => server.asSuperuser("target", (target) => work(source, target)));
  } finally {
    await server.stop();
    await rm(directory, { recursive: true });
  }
}

/** A client as the product's functions take a session; `asked` counts its statements. */
export function sessionOn(client: Client): SqlTransaction & { asked: number } {
  const session = {
    asked: 0,
    async query<Row>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
      session.asked += 1;
      return (await client.query(statement, [...values])).rows as Row[];
    },
  };
  return session;
}
