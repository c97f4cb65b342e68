import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Login } from "../../src/database/login.ts";
import type { PostgresServer } from "../../src/local-aws/postgres/server.ts";

export interface ComparedDatabase {
  readonly server: PostgresServer;
  readonly login: Login;
}

/**
 * How it makes one text of a row. `text`: its columns joined by `|`, NULL as the word NULL; its default. `hash`: a hash of each column, 0 for
 * NULL, joined: the strictest that it has.
 */
type NullHandling = "text" | "hash";

/**
 * Lends both databases the functions that it needs. Its own come as a library for the one PostgreSQL that it is packaged with, which need not
 * be the one that runs here; these are like them: 64 or 32 bits of a text, 0 for NULL.
 */
export async function lendFunctions(databases: readonly ComparedDatabase[]): Promise<void> {
  for (const { server } of databases)
    await server.asSuperuser("postgres", async (client) => {
      for (const bytes of [4, 8])
        await client.query(
          `create function public.cksum${bytes}(text) returns int${bytes} language sql immutable
             return coalesce(('x' || left(md5($1), ${2 * bytes}))::bit(${8 * bytes})::int${bytes}, 0)`,
        );
    });
}

/**
 * What it says of `items`, sorted: `UPDATE id` for a row that is not the same, `INSERT id` for one that the target lacks, `DELETE id` for one
 * that it has too many. It hashes texts with functions of its own, and goes down a tree of sums by the hash of the key.
 */
export async function compareByOther(
  program: string,
  [source, target]: readonly [ComparedDatabase, ComparedDatabase],
  nulls: NullHandling,
): Promise<string[]> {
  const url = ({ server: { host, port }, login }: ComparedDatabase) =>
    `pgsql://${login.username}@${host}:${port}/postgres/public.items?id:botid,content,source,embedding`;
  const passwords = { COMPARED1: source.login.password, COMPARED2: target.login.password };
  const env = { PATH: process.env["PATH"], LC_ALL: "C.UTF-8", PGSSLMODE: "require", ...passwords };
  const args = ["--env-pass=COMPARED", `--null=${nulls}`, "--max-ratio=2", url(source), url(target)];
  const { stdout } = await promisify(execFile)(program, args, { env, timeout: 60_000 });
  return stdout
    .split("\n")
    .filter((line) => /^(INSERT|UPDATE|DELETE) /.test(line))
    .toSorted();
}
