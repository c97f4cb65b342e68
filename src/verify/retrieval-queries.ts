import { createHash } from "node:crypto";
import type { SqlTransaction } from "../database/session.ts";
import { items } from "../stack/items-table.ts";

/** A query as a user's question would make it: a vector near one that is stored. */
export interface RetrievalQuery {
  /** The row whose vector it is made of. */
  readonly id: string;
  /** As pgvector reads it. */
  readonly vector: string;
}

/** The application's own search (upstream `backend/app/vector_search.py`), as a condition and an order. */
export const ofBotByDistance = "where botid = $1::text::bpchar order by embedding <-> $2::text::vector";

/** Vectors in one answer: with 2,000 dimensions, the most that pgvector indexes, they stay below the Data API's 1 MiB. */
const vectorsAtOnce = 20;

/** Ids of a bot's rows that have a vector, in the order of a hash with the seed: the same ones wherever the rows are the same. */
export async function sampleIds(
  session: SqlTransaction,
  bot: string,
  { count, seed }: { readonly count: number; readonly seed: string },
): Promise<string[]> {
  const sampled = await session.query<{ id: string }>(
    `select id::text as "id" from ${items} where botid = $1::text::bpchar and embedding is not null
      order by md5($2::text || id::text), 1 limit ${count}`,
    [bot, seed],
  );
  return sampled.map(({ id }) => id);
}

/** Queries made of the stored vectors of these rows; of rows that are not the bot's any more none is made. */
export async function queriesOf(
  session: SqlTransaction,
  bot: string,
  ids: readonly string[],
  { noise, seed }: { readonly noise: number; readonly seed: string },
): Promise<RetrievalQuery[]> {
  const queries: RetrievalQuery[] = [];
  for (let at = 0; at < ids.length; at += vectorsAtOnce) {
    const stored = await session.query<{ id: string; vector: string }>(
      `select id::text as "id", embedding::text as "vector" from ${items}
        where botid = $1::text::bpchar and embedding is not null
          and id in (select given::bpchar from json_array_elements_text($2::text::json) as given)
        order by md5($3::text || id::text), 1`,
      [bot, JSON.stringify(ids.slice(at, at + vectorsAtOnce)), seed],
    );
    queries.push(...stored.map(({ id, vector }) => ({ id, vector: withNoise(vector, { noise, seed: seed + id }) })));
  }
  return queries;
}

/**
 * A vector beside the stored one: something of `noise` times its length is added, in a direction that the seed gives. The same text and seed
 * give the same result everywhere. Pure.
 */
export function withNoise(vector: string, { noise, seed }: { readonly noise: number; readonly seed: string }): string {
  const stored = (JSON.parse(vector) as number[]).map((element) => Math.fround(element));
  const direction = normalNumbers(seed, stored.length);
  const factor = (noise * Math.hypot(...stored)) / (Math.hypot(...direction) || 1);
  const moved = stored.map((element, at) => Math.fround(element + factor * (direction[at] ?? 0)));
  // Nine digits tell any two floats apart.
  return `[${moved.map((element) => (Number.isFinite(element) ? Number(element.toPrecision(9)) : 0)).join(",")}]`;
}

/** Normally distributed numbers (Box and Muller) out of SHA-256, which is the same on every machine. */
function normalNumbers(seed: string, count: number): number[] {
  const numbers: number[] = [];
  for (let block = 0; numbers.length < count; block += 1) {
    const bytes = createHash("sha256").update(`${seed} ${block}`).digest();
    for (let at = 0; at < bytes.length; at += 8) {
      const radius = Math.sqrt(-2 * Math.log((bytes.readUInt32BE(at) + 1) / 2 ** 32));
      const angle = (2 * Math.PI * bytes.readUInt32BE(at + 4)) / 2 ** 32;
      numbers.push(radius * Math.cos(angle), radius * Math.sin(angle));
    }
  }
  return numbers.slice(0, count);
}
