import { z } from "zod";
import { type VectorIndex, vectorIndexes } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import { listsOf, operatorOf } from "../database/index-definition.ts";
import { sqlState, type SqlSession } from "../database/session.ts";
import { items, itemsTable } from "../stack/items-table.ts";

export const listCheckSchema = z.object({
  index: z.string(),
  lists: z.number(),
  rows: z.number().describe("of the table"),
  probed: z.number().nullable().describe("rows of the one list that a query reads with ivfflat.probes = 1: the median"),
  verdict: z.enum(["trained", "trained on nothing", "too few rows to tell", "could not be told"]),
  remedy: z.string().nullable(),
});

/** Whether an ivfflat index is trained on its rows. */
export type ListCheck = z.infer<typeof listCheckSchema>;

/**
 * Looks how many rows the one list has that a query probes, for a few stored vectors, and judges it by the rows that a list should have. One
 * check for each valid ivfflat index; hnsw is not trained.
 */
export async function checkLists(session: SqlSession, rows: number): Promise<ListCheck[]> {
  const { schema, table } = itemsTable;
  const checks: ListCheck[] = [];
  for (const index of await vectorIndexes(session, schema, table)) {
    const lists = listsOf(index.definition);
    if (lists === undefined || !index.valid) continue;
    const few = rows < lists * rowsForList;
    checks.push(judgeLists({ ...index, lists, rows, probed: few ? undefined : await probedListRows(session, index) }));
  }
  return checks;
}

/** Fewer rows for each list than this tell nothing. */
const rowsForList = 10;
/** How many times as many rows as a list should have are too many. */
const tooMany = 4;

/**
 * Measured (PostgreSQL 15, pgvector 0.8.0, lists = 100; 8, 128 and 1,024 dimensions; clustered, isotropic and all-positive unit vectors; median
 * of 20 probed lists against N / lists): trained on 2,000 to 20,000 rows 0.9 to 1.8 times; built on the empty table 6 to 100 times, with 128
 * dimensions and more 35 to 100: random centres lie far from the rows, and nearly all fall to a few. With fewer than 10 rows a list the index
 * is small, so that reading all of it costs nothing, and one trained on so few rows would find less: not judged. Pure.
 */
export function judgeLists(found: {
  readonly schema: string;
  readonly index: string;
  readonly lists: number;
  readonly rows: number;
  /** Undefined where it could not be had. */
  readonly probed: readonly number[] | undefined;
}): ListCheck {
  const { schema, index, lists, rows } = found;
  const about = { index, lists, rows, probed: null, remedy: null };
  if (rows < lists * rowsForList) return { ...about, verdict: "too few rows to tell" };
  const sorted = (found.probed ?? []).toSorted((a, b) => a - b);
  const probed = sorted[Math.floor(sorted.length / 2)];
  if (probed === undefined) return { ...about, verdict: "could not be told" };
  if (probed <= (tooMany * rows) / lists) return { ...about, probed, verdict: "trained" };
  const remedy = `REINDEX INDEX CONCURRENTLY ${id(schema, index)};`;
  return { ...about, probed, verdict: "trained on nothing", remedy };
}

const sampled = 11;

/** Rows of the list that is nearest to each of a few stored vectors. Undefined where no plan by this index can be had, or not in 40 seconds. */
async function probedListRows(session: SqlSession, index: VectorIndex): Promise<number[] | undefined> {
  const operator = operatorOf(index.definition);
  if (operator === undefined) return undefined;
  const vectors = await sampleVectors(session);
  // What a role has set by ALTER ROLE; pgvector has it since 0.8.
  const [iterative] = await session.query<{ mode: string | null }>(
    `select current_setting('ivfflat.iterative_scan', true) as "mode"`,
  );
  const settings = {
    statement_timeout: "40000",
    enable_seqscan: "off",
    enable_sort: "off",
    enable_bitmapscan: "off",
    "ivfflat.probes": "1",
    ...(iterative?.mode === "relaxed_order" && { "ivfflat.iterative_scan": "off" }),
  };
  const scan = `select 1 from ${items} order by embedding ${operator} $1::text::vector limit 1000000000`;
  try {
    return await session.transaction({ readOnly: true, settings }, async (transaction) => {
      const counts: number[] = [];
      for (const vector of vectors) {
        const [plan] = await transaction.query<Record<string, unknown>>(`explain (format json) ${scan}`, [vector]);
        if (!JSON.stringify(plan).includes(JSON.stringify(index.index))) return undefined;
        const [counted] = await transaction.query<{ rows: number }>(
          `select count(*)::float8 as "rows" from (${scan}) as probed`,
          [vector],
        );
        counts.push(counted?.rows ?? 0);
      }
      return counts;
    });
  } catch (error) {
    if (sqlState(error) === "57014") return undefined;
    throw error;
  }
}

/** Different ones: a text that many documents repeat has a list of its own, rightly a long one. */
async function sampleVectors(session: SqlSession): Promise<string[]> {
  const found = await session.query<{ vector: string }>(
    `select distinct embedding::text as "vector" from ${items}
      where id in (select id from ${items} where embedding is not null order by md5(id::text) limit ${sampled})`,
  );
  return found.map(({ vector }) => vector);
}
