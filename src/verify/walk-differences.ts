import type { ComparedColumn } from "../database/canonical-row.ts";
import type { SqlTransaction } from "../database/session.ts";
import type { Task } from "../progress.ts";
import { allEnded } from "../settled.ts";
import { groupsOf } from "../stack/some-bots.ts";
import { type BucketSums, listHashes, type RowHash, type RowSet, sumBuckets } from "./row-hashes.ts";

/** A value, or a database, of each side. */
export interface Both<T> {
  readonly source: T;
  readonly target: T;
}

/** How many rows a bot has on each side. */
export interface BotRows extends Both<number> {
  readonly bot: string | null;
}

/** Ids of a bot's rows that are not the same on both sides. */
export interface FoundRows {
  readonly bot: string | null;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly changed: readonly string[];
  /** The source's hash of each missing or changed row. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** Rows that are hashed in one statement: some seconds where they lie on disk, of the Data API's 45. */
const hashedAtOnce = 25_000;
/** Rows that are listed in one answer: id and hash, some 60 bytes in JSON, well below 1 MiB. */
const listedAtOnce = 12_000;
/** Bots that are summed up in one answer. */
const botsAtOnce = 2_000;
const rowsInBucket = 1_000;

/**
 * Finds the rows of bots that are not the same on both sides, and gives them portion by portion: sums first, of many small bots or of the
 * buckets of one, then id and hash of each row only where the sums differ. No more than a portion is in memory.
 */
export async function walkDifferences(
  sides: Both<SqlTransaction>,
  bots: readonly BotRows[],
  columns: readonly ComparedColumn[],
  visit: (found: FoundRows) => Promise<void>,
  task: Task,
): Promise<void> {
  const small = bots.filter((bot) => most(bot) <= listedAtOnce);
  const all = bots.reduce((sum, bot) => sum + most(bot), 0);
  let done = 0;
  const tell = (rows: number) => {
    done += rows;
    task.measure({ phase: "differing rows", done: Math.min(done, all), total: all, unit: "rows" });
  };
  const walk = { sides, columns, visit };
  tell(0);
  for (const group of groupsOf(small, most, { rows: hashedAtOnce, bots: botsAtOnce })) {
    const differing = await differingOf(walk, { bots: group.map(({ bot }) => bot) });
    for (const some of groupsOf(differing, most, { rows: listedAtOnce, bots: botsAtOnce }))
      await list(walk, { bots: some.map(({ bot }) => bot) });
    tell(group.reduce((sum, bot) => sum + most(bot), 0));
  }
  for (const bot of bots.filter((one) => most(one) > listedAtOnce)) await bisect(walk, bot, tell);
}

interface Walk {
  readonly sides: Both<SqlTransaction>;
  readonly columns: readonly ComparedColumn[];
  readonly visit: (found: FoundRows) => Promise<void>;
}

function most({ source, target }: Both<number>): number {
  return Math.max(source, target);
}

/** Goes through a large bot, in buckets of about a thousand rows. */
async function bisect(walk: Walk, bot: BotRows, tell: (rows: number) => void): Promise<void> {
  const modulus = Math.ceil(most(bot) / rowsInBucket);
  const atOnce = hashedAtOnce / rowsInBucket;
  for (let first = 0; first < modulus; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, modulus - first) }, (_, at) => first + at);
    const differing = await differingOf(walk, { bots: [bot.bot], buckets: { modulus, numbers } });
    for (const some of groupsOf(differing, most, { rows: listedAtOnce, bots: atOnce })) {
      const buckets = { modulus, numbers: some.map(({ bucket }) => bucket) };
      await list(walk, { bots: [bot.bot], buckets });
    }
    tell((most(bot) * numbers.length) / modulus);
  }
}

/** The bots, or buckets of one, whose sums differ. */
async function differingOf({ sides, columns }: Walk, set: RowSet): Promise<(BotRows & { readonly bucket: number })[]> {
  const [source, target] = await allEnded([
    sumBuckets(sides.source, columns, set),
    sumBuckets(sides.target, columns, set),
  ]);
  const key = ({ bot, bucket }: BucketSums) => JSON.stringify([bot, bucket]);
  const here = new Map(source.map((one) => [key(one), one]));
  const there = new Map(target.map((one) => [key(one), one]));
  const differing = [];
  for (const name of new Set([...here.keys(), ...there.keys()])) {
    const [a, b] = [here.get(name), there.get(name)];
    const { bot = null, bucket = 0 } = a ?? b ?? {};
    if (a?.rows === b?.rows && a?.sums === b?.sums) continue;
    differing.push({ bot, bucket, source: a?.rows ?? 0, target: b?.rows ?? 0 });
  }
  return differing;
}

async function list({ sides, columns, visit }: Walk, set: RowSet): Promise<void> {
  const [source, target] = await allEnded([
    listHashes(sides.source, columns, set),
    listHashes(sides.target, columns, set),
  ]);
  const [here, there] = [byBot(source), byBot(target)];
  for (const bot of set.bots) {
    const found = compareHashes(bot, here.get(bot) ?? new Map(), there.get(bot) ?? new Map());
    if (found.missing.length + found.extra.length + found.changed.length > 0) await visit(found);
  }
}

type Hashes = ReadonlyMap<string, string>;

function byBot(rows: readonly RowHash[]): ReadonlyMap<string | null, Hashes> {
  const bots = new Map<string | null, Map<string, string>>();
  for (const { bot, id, hash } of rows) {
    const of = bots.get(bot) ?? new Map<string, string>();
    bots.set(bot, of.set(id, hash));
  }
  return bots;
}

function compareHashes(bot: string | null, source: Hashes, target: Hashes): FoundRows {
  const missing = [...source.keys()].filter((id) => !target.has(id));
  const changed = [...source].flatMap(([id, hash]) => (target.has(id) && target.get(id) !== hash ? [id] : []));
  const extra = [...target.keys()].filter((id) => !source.has(id));
  return {
    bot,
    missing,
    extra,
    changed,
    hashes: new Map([...missing, ...changed].map((id) => [id, source.get(id) ?? ""])),
  };
}
