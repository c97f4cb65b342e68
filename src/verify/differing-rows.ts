import { createHash } from "node:crypto";
import type { ComparedColumn, TableColumns } from "../database/canonical-row.ts";
import type { SqlTransaction } from "../database/session.ts";
import type { Task } from "../progress.ts";
import { allEnded } from "../settled.ts";
import { idPages } from "../stack/item-ids.ts";
import { itemLines } from "../stack/item-lines.ts";
import { commonColumns } from "./common-columns.ts";
import { compareRows, type RowTexts } from "./compare-rows.ts";
import type { ColumnDifference, Differences, ListedRow } from "./differences.ts";
import { DifferenceTally, inOrder } from "./difference-tally.ts";
import { botsOfRows, countRowsOf, rowPages } from "./locate-rows.ts";
import { type Both, type BotRows, type FoundRows, walkDifferences } from "./walk-differences.ts";

export interface FindOptions {
  /** What `tableColumns` gives of each side. */
  readonly columns: Both<TableColumns>;
  /** How many rows are listed at most; all are counted. */
  readonly maxDifferences: number;
  readonly titles?: ReadonlyMap<string | null, string>;
  /** Bots that are as expected though the target has rows of them that the source has not: a row may have moved there. */
  readonly others?: readonly (string | null)[];
}

/**
 * Names the rows of these bots that are not the same on both sides: missing, extra, changed (with the columns, and how they differ), or moved
 * to another bot. It goes by what is there now, which need not be what their digests were taken of. Needs two transactions of REPEATABLE READ,
 * or rows that nobody writes, to be exact. No more than a portion of a bot is in memory.
 */
export async function findDifferences(
  sides: Both<SqlTransaction>,
  bots: readonly (string | null)[],
  { columns, maxDifferences, titles = new Map(), others = [] }: FindOptions,
  task: Task,
): Promise<Differences> {
  const { compared, uncompared } = commonColumns(columns);
  const counted = await countRowsOf(sides, [...new Set(bots)].toSorted(inOrder));
  const tally = new DifferenceTally(counted, maxDifferences);
  const look = { sides, counted, tally };
  const onBoth = counted.filter(({ source, target }) => source > 0 && target > 0);
  const onlySource = counted.filter(({ source, target }) => source > 0 && target === 0);
  const onlyTarget = counted.filter(({ source, target }) => source === 0 && target > 0);
  // A row that is extra in one bot may be missing in another. Where all ids of the one are looked at, those of the other need not be.
  const lookedAt = new Set([...onBoth, ...(onlySource.length > 0 ? onlyTarget : [])].map(({ bot }) => bot));
  await walkDifferences(sides, onBoth, compared, (found) => tallyFound(look, lookedAt, found), task);
  if (onlySource.length > 0) for (const { bot } of onlyTarget) await tallyExtra(look, bot);
  await tallyMoved(look, others, new Set(onlySource.map(({ bot }) => bot)));
  await tallyWhole(look, "missing", onlySource);
  if (onlySource.length === 0) await tallyWhole(look, "extra", onlyTarget);
  const { rows, bots: differing, listed } = tally.result();
  return {
    rows,
    bots: differing.map((one) => ({ ...one, title: titles.get(one.bot) ?? null })),
    listed: await describe(sides, compared, listed),
    uncompared,
  };
}

interface Looking {
  readonly sides: Both<SqlTransaction>;
  readonly counted: readonly BotRows[];
  readonly tally: DifferenceTally;
}

/** What a portion of a bot's rows has shown. A moved row is counted where it is extra, if that bot's ids are all looked at. */
async function tallyFound(
  { sides, tally }: Looking,
  lookedAt: ReadonlySet<string | null>,
  { bot, missing, extra, changed }: FoundRows,
): Promise<void> {
  const [elsewhere, from] = [await botsOfRows(sides.target, missing), await botsOfRows(sides.source, extra)];
  for (const id of changed) tally.add({ kind: "changed", bot, id });
  for (const id of missing) {
    const to = elsewhere.get(id);
    if (to === undefined) tally.add({ kind: "missing", bot, id });
    else if (!lookedAt.has(to)) tally.add({ kind: "moved", bot, to, id });
  }
  for (const id of extra) {
    const before = from.get(id);
    tally.add(before === undefined ? { kind: "extra", bot, id } : { kind: "moved", bot: before, to: bot, id });
  }
}

/** All rows of a bot that only the target has, which may be another bot's on the source. */
async function tallyExtra({ sides, tally }: Looking, bot: string | null): Promise<void> {
  for await (const ids of idPages(sides.target, bot)) {
    const from = await botsOfRows(sides.source, ids);
    for (const id of ids) {
      const before = from.get(id);
      tally.add(before === undefined ? { kind: "extra", bot, id } : { kind: "moved", bot: before, to: bot, id });
    }
  }
}

/** Rows of these bots of the target that were another's, of which nothing is left. */
async function tallyMoved(
  { sides, tally }: Looking,
  here: readonly (string | null)[],
  gone: ReadonlySet<string | null>,
): Promise<void> {
  if (gone.size === 0) return;
  for (const bot of here) {
    for await (const ids of idPages(sides.target, bot)) {
      for (const [id, before] of await botsOfRows(sides.source, ids))
        if (gone.has(before)) tally.add({ kind: "moved", bot: before, to: bot, id });
    }
  }
}

/** Bots that only one side has: what has not moved is missing, or extra. Only the first are listed, so only these are looked at. */
async function tallyWhole(
  { sides, tally }: Looking,
  kind: "missing" | "extra",
  bots: readonly BotRows[],
): Promise<void> {
  const [here, there] = kind === "missing" ? [sides.source, sides.target] : [sides.target, sides.source];
  const rest = bots.filter((one) => tally.addRest(kind, one) > 0).map(({ bot }) => bot);
  let listed = 0;
  if (tally.max === 0 || rest.length === 0) return;
  for await (const page of rowPages(here, rest.slice(0, tally.max), tally.max)) {
    const ids = page.map(({ id }) => id);
    const elsewhere = await botsOfRows(there, ids);
    for (const { bot, id } of page) if (!elsewhere.has(id)) tally.list({ kind, bot, id });
    listed += page.length - elsewhere.size;
    if (listed >= tally.max) return;
  }
}

type FoundRow = Pick<ListedRow, "kind" | "bot" | "id"> & { readonly to?: string | null };

/** Reads listed rows of both sides, one by one, and says how they differ. */
async function describe(
  sides: Both<SqlTransaction>,
  columns: readonly ComparedColumn[],
  listed: readonly FoundRow[],
): Promise<ListedRow[]> {
  const ids = listed.filter(({ kind }) => kind === "changed" || kind === "moved").map(({ id }) => id);
  const differing = await compareListed(sides, columns, ids);
  return listed.map(({ kind, bot, id, to = null }): ListedRow => {
    const of = [...(differing.get(id) ?? [])];
    if (kind === "changed") return { kind, bot, id, columns: of };
    // That it has another bot is what it is listed for.
    if (kind === "moved") return { kind, bot, to, id, columns: of.filter(({ column }) => column !== "botid") };
    return { kind, bot, id };
  });
}

/** Rows whose values are read at once, whatever their size. */
const readAtOnce = 20;

async function compareListed(
  sides: Both<SqlTransaction>,
  columns: readonly ComparedColumn[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly ColumnDifference[]>> {
  const names = columns.map(({ name }) => name);
  const differing = new Map<string, ColumnDifference[]>();
  const swaps = new Map<string, string>();
  const keys: { readonly id: string; readonly difference: ColumnDifference; readonly wanted: string }[] = [];
  for (let at = 0; at < ids.length; at += readAtOnce) {
    const some = ids.slice(at, at + readAtOnce);
    const [here, there] = await allEnded([textsOf(sides.source, names, some), textsOf(sides.target, names, some)]);
    for (const id of some) {
      const [source, target] = [here.get(id), there.get(id)];
      if (source === undefined || target === undefined) continue;
      const found = compareRows(columns, source, target);
      differing.set(id, found);
      for (const difference of found) {
        const [a, b] = [source[difference.column] ?? null, target[difference.column] ?? null];
        swaps.set(digest(difference.column, a, b), id);
        keys.push({ id, difference, wanted: digest(difference.column, b, a) });
      }
    }
  }
  // Values themselves are not kept.
  for (const { difference, wanted } of keys) {
    const other = swaps.get(wanted);
    if (other !== undefined) difference.swappedWith = other;
  }
  return differing;
}

function digest(...values: readonly (string | null)[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("base64");
}

async function textsOf(
  session: SqlTransaction,
  columns: readonly string[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, RowTexts>> {
  const rows = new Map<string, RowTexts>();
  for await (const { id, line } of itemLines(session, columns, ids)) rows.set(id, JSON.parse(line) as RowTexts);
  return rows;
}
