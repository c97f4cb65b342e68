import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { withLogin } from "../src/database/direct.ts";
import type { GroupDigest, KeptDigests } from "../src/database/digest-table.ts";
import type { Database, SqlSession } from "../src/database/session.ts";
import { openCertificateAuthority } from "../src/local-aws/postgres/certificates.ts";
import { initializeDataDirectory } from "../src/local-aws/postgres/data-directory.ts";
import { findPostgres } from "../src/local-aws/postgres/installation.ts";
import { freePort } from "../src/local-aws/postgres/ports.ts";
import { grantAsRds } from "../src/local-aws/postgres/privileges.ts";
import { createPostgresServer, type PostgresServer } from "../src/local-aws/postgres/server.ts";
import { makeWorkingDirectory } from "../src/local-aws/working-directory.ts";
import type { Task } from "../src/progress.ts";
import { pageOf } from "../src/terminal/page.ts";
import { table } from "../src/terminal/table.ts";
import { readContent } from "../src/verify/read-content.ts";
import type { SideContent } from "../src/verify/side-content.ts";

/** Interleaved rounds; the first is not counted, since it fills the servers' memory. */
const rounds = 7;
const login = { username: "postgres", password: "first-Password-1" };
const megabyte = 1024 * 1024;
const memoryLimit = 150;

/** The databases of each server: what the figures are of, and many rows of next to nothing. */
const databases = {
  postgres: { rows: 50_000, dimensions: 1024, bots: 40, chunk: 30 },
  narrow: { rows: 1_000_000, dimensions: 2, bots: 2_000, chunk: 0 },
} as const;

interface Sides {
  readonly ports: readonly number[];
  readonly caFile: string;
}

async function bench(): Promise<void> {
  const directory = await makeWorkingDirectory();
  const installation = await findPostgres();
  const certificates = await openCertificateAuthority(directory);
  const servers: PostgresServer[] = [];
  try {
    for (const side of ["source", "target"]) {
      const dataDirectory = join(directory, side);
      const server = createPostgresServer({ installation, certificates, dataDirectory, port: await freePort() });
      await initializeDataDirectory(installation, dataDirectory);
      await server.start({});
      servers.push(server);
      await grantAsRds(server, { ...login, databaseName: "narrow" }, installation.majorVersion);
    }
    const sides = { ports: servers.map(({ port }) => port), caFile: certificates.caFile };
    for (const database of ["postgres", "narrow"] as const)
      await onBoth(sides, database, (session) => fill(session, databases[database]));
    tell([...speeds(await measured(sides)), ...(await memory(sides))]);
  } finally {
    for (const server of servers) await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The application's own table, of random vectors that no compression makes small. The same on every server. */
async function fill(session: SqlSession, { rows, dimensions, bots, chunk }: (typeof databases)["postgres" | "narrow"]) {
  const random = `select array_agg(x) from (select random() - 0.5 as x from generate_series(1, ${dimensions}) where n is not null) one`;
  const statements = [
    "create extension vector",
    `create table items (id char(26) primary key, botid char(26), content text, source text, embedding vector(${dimensions}))`,
    "select setseed(0.5)",
    `create temporary table pool as select n, (${random})::vector as v from generate_series(0, 249) n`,
    `insert into items
     select lpad(i::text, 26, '0'), lpad((i % ${bots})::text, 26, '0'), repeat(md5(i::text) || ' ', ${chunk}),
            's3://bucket/user/bot/documents/' || i % 500, a.v + b.v
       from generate_series(1, ${rows}) i join pool a on a.n = i % 250 join pool b on b.n = i / 250 % 250`,
    "drop table pool",
    "vacuum analyze items",
  ];
  for (const statement of statements) await session.query(statement);
}

const textHash = "sum(hashtext(row::text))";
const detoast = "detoast only";
const reach = "reach the vectors";
const content = "content digest";
const again = "the same, kept of a run before";

/** What is timed, on both sides at once; a statement of others has the settings of ours, and as many processes. */
const passes: Readonly<Record<string, (session: SqlSession) => Promise<unknown>>> = {
  [content]: (session) => read(session),
  [again]: (session) => read(session, kept),
  [textHash]: (session) => alone(session, `select sum(hashtext(items::text)) as "sum" from items`),
  [detoast]: (session) =>
    alone(
      session,
      `select sum(octet_length(content) + octet_length(source) + length(vector_send(embedding))) as "sum" from items`,
    ),
  // For who wonders what of it is `vector_send`: nothing is limited by it, since a vector's bytes cannot be had without.
  [reach]: (session) => alone(session, `select sum(vector_dims(embedding)) as "sum" from items`),
};

function alone(session: SqlSession, statement: string): Promise<unknown> {
  const settings = { jit: "off", max_parallel_workers_per_gather: "0" };
  const options = { isolation: "repeatable read" as const, readOnly: true, settings };
  return session.transaction(options, (transaction) => transaction.query(statement));
}

const quiet: Task = {
  state: () => undefined,
  measure: () => undefined,
  end: () => undefined,
  fail: () => undefined,
  [Symbol.dispose]: () => undefined,
};

/** What the round that is not counted has digested. A server's start is in the key: the sides have no part in common. */
const digests = new Map<string, readonly GroupDigest[]>();
const kept: KeptDigests = {
  find: async (key) => digests.get(key),
  keep: async (key, groups) => void digests.set(key, groups),
};

function read(session: SqlSession, parts?: KeptDigests): Promise<SideContent> {
  return readContent(session, { level: "content", kept: parts }, quiet);
}

async function measured(sides: Sides): Promise<Map<string, number>> {
  const times = new Map(Object.keys(passes).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, pass] of Object.entries(passes)) {
      const began = performance.now();
      await onBoth(sides, "postgres", pass);
      if (round > 0) times.get(name)?.push(performance.now() - began);
    }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

interface Line {
  readonly name: string;
  readonly figure: string;
  readonly ratio: string;
  readonly limit: string;
  readonly over: boolean;
}

function speeds(medians: Map<string, number>): Line[] {
  const ms = (name: string): number => medians.get(name) ?? Number.NaN;
  const [faster, slower] = [ms(textHash) / ms(content), ms(content) / ms(detoast)];
  const line = (name: string, ratio: number, limit: string, over: boolean): Line => {
    return { name, figure: `${ms(name).toFixed(0)} ms`, ratio: ratio.toFixed(2), limit, over };
  };
  return [
    line(content, 1, "", false),
    line(again, ms(again) / ms(content), "at most 0.5 x content", ms(again) > ms(content) / 2),
    line(textHash, faster, "at least 2.5 x content", faster < 2.5),
    line(detoast, 1 / slower, "content at most 2.2 x this", slower > 2.2),
    line(reach, ms(reach) / ms(content), "", false),
  ];
}

/** The greatest memory that a process has had which reads both sides and does nothing else. */
async function memory(sides: Sides): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [database, { rows, dimensions }] of Object.entries(databases)) {
    const question = JSON.stringify({ sides, database });
    const { stdout } = await promisify(execFile)("node_modules/.bin/tsx", [
      fileURLToPath(import.meta.url),
      "--peak-memory",
      question,
    ]);
    const { bytes, counted } = JSON.parse(stdout) as { bytes: number; counted: number };
    if (counted !== 2 * rows) throw new Error(`It has read ${counted} rows of ${2 * rows}.`);
    const megabytes = bytes / megabyte;
    lines.push({
      name: `memory, ${rows.toLocaleString("en-US")} x ${dimensions} on each side`,
      figure: `${megabytes.toFixed(0)} MB`,
      ratio: "",
      limit: `under ${memoryLimit} MB`,
      over: megabytes >= memoryLimit,
    });
  }
  return lines;
}

async function tellPeakMemory(question: string): Promise<void> {
  const { sides, database } = JSON.parse(question) as { sides: Sides; database: string };
  const contents = await onBoth(sides, database, (session) => read(session));
  const counted = contents.flatMap(({ tables }) => tables).reduce((sum, { rows = 0 }) => sum + rows, 0);
  process.stdout.write(JSON.stringify({ bytes: process.resourceUsage().maxRSS * 1024, counted }));
}

function onBoth<T>({ ports, caFile }: Sides, name: string, work: (session: SqlSession) => Promise<T>): Promise<T[]> {
  const context = { caFile, signal: new AbortController().signal, reach: { connect: "direct", tunnels: {} } } as const;
  return Promise.all(
    ports.map((port, index) => {
      const side = index === 0 ? "source" : "target";
      const where = { label: side, side, host: "localhost", port, name, secretArn: "", clusterArn: "" } as const;
      return withLogin({ ...where, hasDataApi: false } satisfies Database, login, context, work);
    }),
  );
}

function tell(lines: readonly Line[]): void {
  const head = ["pass over both sides", "", "x content", "limit", ""];
  const drawn = lines.map(({ name, figure, ratio, limit, over }) => {
    return [name, figure, ratio, limit, limit === "" ? "" : over ? "OVER" : "ok"];
  });
  process.stdout.write(
    `Medians of ${rounds} interleaved runs.\n\n${table(head, drawn, pageOf(process.stdout, process.env))}\n`,
  );
  process.exitCode = lines.some(({ over }) => over) ? 1 : 0;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (process.argv[2] === "--peak-memory") await tellPeakMemory(process.argv[3] ?? "");
else await bench();
