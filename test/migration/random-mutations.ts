import * as fc from "fast-check";
import type { Row } from "./verified-target.ts";

/** Rows as a target is to hold them, in this order, and what is not as in the rows that they were made of: `changed 01...`. */
interface MutatedRows {
  readonly held: readonly Row[];
  readonly differing: readonly string[];
}

const columns = ["content", "source", "embedding"] as const;
const text = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).map((one) => one.replaceAll("\0", "\u0001"));
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("bit" as const), element: fc.nat(7), bit: fc.nat(31) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("text" as const),
      column: fc.constantFrom("content" as const, "source" as const),
      edit: fc.constantFrom(
        "null" as const,
        "empty" as const,
        "blank" as const,
        "cut" as const,
        "form" as const,
        "add" as const,
      ),
      text,
    }),
  },
  fc.record({ kind: fc.constant("swap" as const), column: fc.constantFrom(...columns) }),
  fc.record({ kind: fc.constant("move" as const), to: fc.nat() }),
  fc.record({ kind: fc.constant("delete" as const) }),
  fc.record({
    kind: fc.constant("insert" as const),
    id: fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
    content: fc.option(text),
  }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

export const someMutations = fc.array(mutation, { minLength: 1, maxLength: 10 });

/** Numbers of rows, in any order. */
export function anyOrder(rows: readonly Row[]): fc.Arbitrary<number[]> {
  return fc.shuffledSubarray([...rows.keys()], { minLength: rows.length });
}

export function inOrder(rows: readonly Row[], order: readonly number[]): Row[] {
  return order.flatMap((at) => rows[at] ?? []);
}

/**
 * Some of the rows changed, gone, in other bots, or joined by others: each mutation takes the last row that none has taken yet. Not every one
 * changes something: two values may be equal.
 */
export function mutate(
  order: readonly Row[],
  mutations: readonly Mutation[],
  bots: readonly (string | null)[],
): MutatedRows {
  const held = new Map(order.map((row) => [row.id, row]));
  const differing: string[] = [];
  const untouched = [...order];
  // A bot that loses all its rows and gets others looks as if its user had synced it, and is rightly no fault.
  const left = new Map<string | null, number>();
  for (const { bot } of order) left.set(bot, (left.get(bot) ?? 0) + 1);
  const mayLeave = ({ bot }: Row): boolean => {
    const others = (left.get(bot) ?? 0) - 1;
    if (others === 0 && bot !== null) return false;
    left.set(bot, others);
    return true;
  };
  const change = (row: Row, changes: Partial<Row>): void => {
    held.set(row.id, { ...row, ...changes });
    const changed = columns.some((column) => column in changes && changes[column] !== row[column]);
    if (changed) differing.push(`changed ${row.id}`);
  };
  for (const one of mutations) {
    const row = untouched.pop();
    if (row === undefined) break;
    if (one.kind === "bit") {
      if (row.embedding !== null) change(row, { embedding: flipped(row.embedding, one.element, one.bit) });
    } else if (one.kind === "text") change(row, { [one.column]: edited(row[one.column], one) });
    else if (one.kind === "swap") {
      const other = untouched.pop();
      if (other === undefined) break;
      change(row, { [one.column]: other[one.column] });
      change(other, { [one.column]: row[one.column] });
    } else if (one.kind === "move") {
      if (!mayLeave(row)) continue;
      const others = bots.filter((bot) => bot !== row.bot);
      held.set(row.id, { ...row, bot: others[one.to % others.length] ?? null });
      differing.push(`moved ${row.id}`);
    } else if (one.kind === "delete") {
      if (!mayLeave(row)) continue;
      held.delete(row.id);
      differing.push(`missing ${row.id}`);
    } else if (!held.has(one.id)) {
      held.set(one.id, { id: one.id, bot: row.bot, content: one.content, source: null, embedding: null });
      differing.push(`extra ${one.id}`);
    }
  }
  return { held: [...held.values()], differing: differing.toSorted() };
}

function edited(value: string | null, { edit, text: added }: Extract<Mutation, { kind: "text" }>): string | null {
  if (edit === "null") return null;
  if (edit === "empty" || value === null) return "";
  if (edit === "blank") return `${value} `;
  if (edit === "form") return value.normalize(value.normalize("NFD") === value ? "NFC" : "NFD");
  const characters = Array.from(value);
  if (edit === "cut") return characters.slice(0, -1).join("");
  return characters.toSpliced(Math.floor(characters.length / 2), 0, added).join("");
}

/** One bit of one float32 the other way; the sign where it would be no number, which a vector may not hold. */
function flipped(embedding: string, element: number, bit: number): string {
  const floats = new Float32Array(JSON.parse(embedding) as number[]);
  const bits = new Uint32Array(floats.buffer);
  const before = bits[element] ?? 0;
  bits[element] = before ^ (1 << bit);
  if (!Number.isFinite(floats[element])) bits[element] = before ^ (1 << 31);
  return `[${[...floats].map((one) => (Object.is(one, -0) ? "-0" : String(one))).join(",")}]`;
}
