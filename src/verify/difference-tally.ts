import type { BotDifferences, Differences, ListedRow } from "./differences.ts";
import type { BotRows } from "./walk-differences.ts";

/** A row that differs; a moved one with the bot that it has now. */
export type DifferingRow =
  | { readonly kind: "changed" | "missing" | "extra"; readonly bot: string | null; readonly id: string }
  | { readonly kind: "moved"; readonly bot: string | null; readonly to: string | null; readonly id: string };

const kinds: readonly ListedRow["kind"][] = ["changed", "missing", "extra", "moved"];

type Counts = Omit<BotDifferences, "title">;

/** Counts differing rows, and keeps the first of them: by kind, bot and id. */
export class DifferenceTally {
  readonly max: number;
  readonly #bots: Map<string | null, Counts>;
  readonly #first = new Map<ListedRow["kind"], DifferingRow[]>();
  #moved = 0;

  constructor(bots: readonly BotRows[], max: number) {
    this.max = max;
    const none = { missing: 0, extra: 0, changed: 0, movedAway: 0, movedHere: 0 };
    this.#bots = new Map(bots.map((one) => [one.bot, { ...one, ...none }]));
  }

  add(row: DifferingRow): void {
    this.list(row);
    const counts = this.#bots.get(row.bot);
    if (row.kind !== "moved") {
      if (counts !== undefined) counts[row.kind] += 1;
      return;
    }
    this.#moved += 1;
    if (counts !== undefined) counts.movedAway += 1;
    const to = this.#bots.get(row.to);
    if (to !== undefined) to.movedHere += 1;
  }

  /** Keeps a row in the list that was counted otherwise. */
  list(row: DifferingRow): void {
    const first = this.#first.get(row.kind) ?? [];
    first.push(row);
    const full = first.length > 2 * this.max + 100;
    this.#first.set(row.kind, full ? first.toSorted(byBotAndId).slice(0, this.max) : first);
  }

  /** Counts all rows of a bot that only one side has, but for those that have moved. Gives how many. */
  addRest(kind: "missing" | "extra", { bot }: BotRows): number {
    const counts = this.#bots.get(bot);
    if (counts === undefined) return 0;
    const rest = kind === "missing" ? counts.source - counts.movedAway : counts.target - counts.movedHere;
    counts[kind] += rest;
    return rest;
  }

  result(): Pick<Differences, "rows"> & {
    readonly bots: readonly Counts[];
    readonly listed: readonly DifferingRow[];
  } {
    const bots = [...this.#bots.values()]
      .filter((one) => one.missing + one.extra + one.changed + one.movedAway + one.movedHere > 0)
      .toSorted((a, b) => inOrder(a.bot, b.bot));
    const sum = (of: "missing" | "extra" | "changed") => bots.reduce((rows, one) => rows + one[of], 0);
    const listed = kinds.flatMap((kind) => (this.#first.get(kind) ?? []).toSorted(byBotAndId)).slice(0, this.max);
    return {
      rows: { missing: sum("missing"), extra: sum("extra"), changed: sum("changed"), moved: this.#moved },
      bots,
      listed,
    };
  }
}

function byBotAndId(a: DifferingRow, b: DifferingRow): number {
  return inOrder(a.bot, b.bot) || inOrder(a.id, b.id);
}

/** The order of bots, and of ids: null last. */
export function inOrder(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}
