import type { ComparedColumn } from "../database/canonical-row.ts";
import { rowHash } from "../database/row-hash.ts";
import type { SqlTransaction } from "../database/session.ts";
import { items } from "../stack/items-table.ts";
import { type OfBots, ofBots } from "../stack/some-bots.ts";

/** Rows of bots: all of them, or those whose ids' hash falls into one of these buckets. */
export interface RowSet {
  readonly bots: readonly (string | null)[];
  readonly buckets?: { readonly modulus: number; readonly numbers: readonly number[] };
}

/** What a bot's bucket holds: equal rows and sums on both sides are equal rows. Its number is 0 where there are no buckets. */
export interface BucketSums {
  readonly bot: string | null;
  readonly bucket: number;
  readonly rows: number;
  /** Order-independent sums of 64-bit hashes of the rows: as text, since they pass 2^53. */
  readonly sums: string;
}

export interface RowHash {
  readonly bot: string | null;
  readonly id: string;
  readonly hash: string;
}

/** The sums of each bot and bucket that has any row. */
export async function sumBuckets(
  session: SqlTransaction,
  columns: readonly ComparedColumn[],
  set: RowSet,
): Promise<BucketSums[]> {
  const { condition, value } = conditionOf(set);
  // By an offset, so that each row is hashed once. A second sum, which is not linear in the first.
  return session.query<BucketSums>(
    `select botid::text as "bot", bucket::float8 as "bucket", count(*)::float8 as "rows",
            sum(hash)::text || '/' || sum(hashint8extended(hash, 1))::text as "sums"
       from (select botid, ${bucketOf(set)} as bucket, ${rowHash(columns)} as hash
               from ${items} where ${condition} offset 0) as one
      group by 1, 2`,
    [value],
  );
}

/** Rows that one row of an answer tells of: of the Data API's that has 64 KB at most. */
const rowsInPack = 500;

/** The hash of each row. */
export async function listHashes(
  session: SqlTransaction,
  columns: readonly ComparedColumn[],
  set: RowSet,
): Promise<RowHash[]> {
  const { condition, value } = conditionOf(set);
  const packs = await session.query<{ bot: string | null; rows: string }>(
    `select botid::text as "bot", json_agg(json_build_array(id::text, hash::text))::text as "rows"
       from (select botid, id, ${rowHash(columns)} as hash, row_number() over (partition by botid) / ${rowsInPack} as pack
               from ${items} where ${condition} offset 0) as one
      group by botid, pack`,
    [value],
  );
  return packs.flatMap(({ bot, rows }) =>
    (JSON.parse(rows) as [string, string][]).map(([id, hash]) => ({ bot, id, hash })),
  );
}

function conditionOf(set: RowSet): OfBots {
  const bots = ofBots(set.bots);
  if (set.buckets === undefined) return bots;
  const condition = `${bots.condition} and ${bucketOf(set)} = any('{${set.buckets.numbers.join(",")}}'::int8[])`;
  return { ...bots, condition };
}

/** By the id's hash, not by ranges of ids: the two databases need not order texts alike. */
function bucketOf({ buckets }: RowSet): string {
  if (buckets === undefined) return "0";
  const { modulus } = buckets;
  return `((hashtextextended(id::text collate "C", 0) % ${modulus} + ${modulus}) % ${modulus})`;
}
