import { recordSchema } from "./catalog.ts";
import { id } from "./identifiers.ts";
import type { SqlTransaction } from "./session.ts";

const pausedTable = id(recordSchema, "paused_pipe");

/** Notes in the target's record that these pipes are about to be stopped: whoever ends the run must start them again. */
export async function recordPausedPipes(session: SqlTransaction, pipes: readonly string[]): Promise<void> {
  await session.query(
    `create table if not exists ${pausedTable} (name text primary key, since timestamptz not null default now())`,
  );
  await session.query(
    `insert into ${pausedTable} (name) select value from json_array_elements_text($1::text::json) on conflict do nothing`,
    [JSON.stringify(pipes)],
  );
}

/** The pipes that a run has stopped, or was about to stop. None where there is no record. */
export async function readPausedPipes(session: SqlTransaction): Promise<string[]> {
  const there = await session.query<{ there: boolean }>(`select to_regclass($1) is not null as "there"`, [pausedTable]);
  if (there[0]?.there !== true) return [];
  const rows = await session.query<{ name: string }>(`select name from ${pausedTable} order by 1`);
  return rows.map(({ name }) => name);
}

/** Notes that a pipe runs again. No effect where there is no record. */
export async function forgetPausedPipe(session: SqlTransaction, pipe: string): Promise<void> {
  if ((await readPausedPipes(session)).includes(pipe))
    await session.query(`delete from ${pausedTable} where name = $1`, [pipe]);
}
