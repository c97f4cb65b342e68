import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import type { ClientConfig } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openCertificateAuthority } from "../../../src/local-aws/postgres/certificates.ts";
import { copyDataOf, initializeDataDirectory } from "../../../src/local-aws/postgres/data-directory.ts";
import { findPostgres } from "../../../src/local-aws/postgres/installation.ts";
import { freePort } from "../../../src/local-aws/postgres/ports.ts";
import { changePassword, grantAsRds, honourReplicationMembership } from "../../../src/local-aws/postgres/privileges.ts";
import { createPostgresServer } from "../../../src/local-aws/postgres/server.ts";
import type { PostgresServer } from "../../../src/local-aws/postgres/server.ts";

const installation = await findPostgres();
const directory = await mkdtemp(join(tmpdir(), "local-aws-"));
await chmod(directory, 0o711); // PostgreSQL's own user goes through it
const certificates = await openCertificateAuthority(directory);
const ca = await readFile(certificates.caFile, "utf8");
const master = { username: "postgres", password: "first-Password-1", databaseName: "bots" };
const server = await newServer("cluster");

beforeAll(async () => {
  await initializeDataDirectory(installation, server.dataDirectory);
  await server.start({});
  await grantAsRds(server, master, installation.majorVersion);
});

beforeEach(async () => {
  if (!server.running) await server.start({});
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

async function newServer(name: string): Promise<PostgresServer> {
  return createPostgresServer({
    installation,
    certificates,
    dataDirectory: join(directory, name),
    port: await freePort(),
  });
}

async function query(text: string, changes: ClientConfig = {}): Promise<Record<string, unknown>[]> {
  const { username: user, password } = master;
  const { host, port } = server;
  const client = new Client({ host, port, user, password, database: "postgres", ssl: { ca }, ...changes });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe("privileges, as on RDS", () => {
  test("the master user is no superuser, yet creates and owns vector, and creates tables in public", async () => {
    await query("create extension vector; create extension pgcrypto; create table items (id int, embedding vector(3))");
    const found = await query(
      `select rolsuper as superuser, rolreplication as replication, extowner::regrole::text as owner
         from pg_roles, pg_extension where rolname = current_user and extname = 'vector'`,
    );
    expect(found).toEqual([{ superuser: false, replication: true, owner: "postgres" }]);
  });

  test("what only AWS may do is refused: other extensions, superusers, subscriptions, server files", async () => {
    const denied = expect.objectContaining({ code: "42501" });
    await expect(query("create extension file_fdw")).rejects.toEqual(denied);
    await expect(query("create role x superuser")).rejects.toEqual(denied);
    await expect(query("create subscription s connection 'host=x' publication p")).rejects.toEqual(denied);
    await expect(query("alter system set wal_level = logical")).rejects.toEqual(denied);
    await expect(query("select pg_read_file('pg_hba.conf')")).rejects.toEqual(denied);
  });

  test("the master user hands rds_superuser and rds_replication on; membership makes a role replicate", async () => {
    await query("create role loader login; grant rds_superuser to loader");
    await server.asSuperuser("postgres", honourReplicationMembership);
    expect(await query("select rolreplication as ok from pg_roles where rolname = 'loader'")).toEqual([{ ok: true }]);
  });

  test("a database named at creation belongs to the master user", async () => {
    await query("create table t (id int); drop table t", { database: "bots" });
    const owners = await query("select datname as name, datdba::regrole::text as owner from pg_database order by 1");
    expect(owners).toEqual([
      { name: "bots", owner: "postgres" },
      { name: "postgres", owner: "postgres" },
      { name: "rdsadmin", owner: "rdsadmin" },
      { name: "template0", owner: "rdsadmin" },
      { name: "template1", owner: "postgres" },
    ]);
  });

  test("rdsadmin logs in from nowhere but the server's own socket", async () => {
    await expect(query("select 1", { user: "rdsadmin" })).rejects.toEqual(expect.objectContaining({ code: "28000" }));
    expect((await stat(server.dataDirectory)).mode & 0o777).toBe(0o700);
  });

  test("a changed password replaces the old one, and no log holds either", async () => {
    await server.stop();
    await server.start({ log_statement: "all" });
    await changePassword(server, "postgres", "second-Password-2");
    await expect(query("select 1")).rejects.toEqual(expect.objectContaining({ code: "28P01" }));
    await query("select 1", { password: "second-Password-2" });
    await changePassword(server, "postgres", master.password);
    const log = await readFile(join(server.dataDirectory, "server.log"), "utf8");
    expect(log).toContain("SCRAM-SHA-256$");
    expect(log).not.toMatch(/(first|second)-Password/);
  });
});

describe("connections", () => {
  test("TLS is verified against the local authority, for each of the server's names", async () => {
    for (const host of ["localhost", "127.0.0.1"]) {
      const [row] = await query("select ssl from pg_stat_ssl where pid = pg_backend_pid()", { host });
      expect(row).toEqual({ ssl: true });
    }
    await expect(query("select 1", { ssl: true })).rejects.toThrow(/certificate/);
  });

  test("a connection without TLS is accepted until rds.force_ssl is 1", async () => {
    expect(await query("select 1 as one", { ssl: false })).toEqual([{ one: 1 }]);
    await server.stop();
    await server.start({ "rds.force_ssl": "1" });
    await expect(query("select 1", { ssl: false })).rejects.toEqual(expect.objectContaining({ code: "28000" }));
    expect(await query("show rds.force_ssl")).toEqual([{ "rds.force_ssl": "1" }]);
    await server.stop();
  });

  test("settings apply at the next start; the port stays; a stopped server refuses connections", async () => {
    await server.stop();
    await expect(query("select 1")).rejects.toThrow(/ECONNREFUSED/);
    await server.start({ wal_level: "logical" });
    expect(await query("show wal_level")).toEqual([{ wal_level: "logical" }]);
    await server.stop();
  });

  test("a port that another program holds for a moment is waited for", async () => {
    await server.stop();
    const other = createServer().listen(server.port, "127.0.0.1");
    await once(other, "listening");
    setTimeout(() => other.close(), 500);
    await server.start({});
    expect(await query("select 1 as one")).toEqual([{ one: 1 }]);
  });
});

describe("copies", () => {
  test("a copy of a running server, and of a stopped one, holds its data and goes its own way", async () => {
    await query("create table kept as select generate_series(1, 1000) as n");
    for (const state of ["running", "stopped"]) {
      if (state === "stopped") await server.stop();
      const copy = await newServer(state);
      await copyDataOf(installation, server, copy.dataDirectory);
      await copy.start({});
      await query("insert into kept values (0)", { port: copy.port });
      expect(await query("select count(*)::int as n from kept", { port: copy.port })).toEqual([{ n: 1001 }]);
      await copy.stop();
    }
    await server.start({});
    expect(await query("select count(*)::int as n from kept")).toEqual([{ n: 1000 }]);
  });

  test("replication slots are not copied", async () => {
    await query("select pg_create_physical_replication_slot('s', true)");
    await server.stop();
    const copy = await newServer("without-slots");
    await copyDataOf(installation, server, copy.dataDirectory);
    await copy.start({});
    expect(await query("select slot_name from pg_replication_slots", { port: copy.port })).toEqual([]);
    await copy.stop();
  });
});

test("a server ends with the process that started it, kill -9 included", async () => {
  await server.stop();
  const program = fileURLToPath(new URL("serve.ts", import.meta.url));
  const starter = spawn(process.execPath, ["--import", "tsx", program, server.dataDirectory, String(server.port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(starter.stdout, "data");
  expect(await query("select 1 as one")).toEqual([{ one: 1 }]);
  const client = new Client({ ...server, user: master.username, password: master.password, database: "postgres" });
  client.on("error", () => {});
  await client.connect(); // an open session must not keep it alive
  starter.kill("SIGKILL");
  await vi.waitFor(() => expect(query("select 1")).rejects.toThrow(/ECONNREFUSED/), { timeout: 5000 });
  await vi.waitFor(() => expect(stat(join(server.dataDirectory, "postmaster.pid"))).rejects.toThrow(/ENOENT/), 5000);
  const log = await readFile(join(server.dataDirectory, "server.log"), "utf8");
  expect(log).toContain("received fast shutdown request");
});
