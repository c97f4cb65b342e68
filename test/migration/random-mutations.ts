import * as fc from "fast-check";
import type { Row } from "./verified-target.ts";

/** Rows as a target is to hold them, in this order, and what is not as in the rows that they were made of: `changed 01...`. */
export interface MutatedRows {
  readonly held: readonly Row[];
  readonly differing: readonly string[];
  /** What was done to which row: for who reads of a failure. */
  readonly did: readonly string[];
}

/** So few that no bot can lose all its rows: that would look like a sync. */
const mostMutations = 4;

const columns = ["content", "source", "embedding"] as const;
const text = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).map((one) => one.replaceAll("\0", "\u0001"));
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("bit" as const), element: fc.nat(7), bit: fc.nat(31) }),
  fc.record({
    kind: fc.constant("text" as const),
    column: fc.constantFrom("content" as const, "source" as const),
    text: fc.oneof(text, fc.constantFrom(" ", "\n", "\u0301", "|", "\\N")),
    edit: fc.constantFrom("append" as const, "insert" as const, "cut" as const, "null" as const, "empty" as const),
  }),
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

/** The rows in any order. */
export function shuffled(rows: readonly Row[]): fc.Arbitrary<Row[]> {
  return fc.shuffledSubarray([...rows], { minLength: rows.length });
}

/** Some of the rows changed, gone, in other bots, or joined by others. Not every mutation changes something: two values may be equal. */
export function mutated(rows: readonly Row[], bots: readonly (string | null)[]): fc.Arbitrary<MutatedRows> {
  return fc
    .tuple(shuffled(rows), fc.array(mutation, { minLength: 1, maxLength: mostMutations }))
    .map(([order, mutations]) => mutate(order, mutations, bots));
}

function mutate(order: readonly Row[], mutations: readonly Mutation[], bots: readonly (string | null)[]): MutatedRows {
  const held = new Map(order.map((row) => [row.id, row]));
  const differing: string[] = [];
  const did: string[] = [];
  const untouched = [...order];
  const change = (row: Row, changes: Partial<Row>): void => {
    held.set(row.id, { ...row, ...changes });
    const changed = columns.some((column) => column in changes && changes[column] !== row[column]);
    if (changed) differing.push(`changed ${row.id}`);
  };
  for (const one of mutations) {
    const row = untouched.pop();
    if (row === undefined) break;
    did.push(`${JSON.stringify(one)} ${row.id}`);
    if (one.kind === "bit") {
      if (row.embedding !== null) change(row, { embedding: flipped(row.embedding, one.element, one.bit) });
    } else if (one.kind === "text") change(row, { [one.column]: edited(row[one.column], one) });
    else if (one.kind === "swap") {
      const other = untouched.pop();
      if (other === undefined) break;
      change(row, { [one.column]: other[one.column] });
      change(other, { [one.column]: row[one.column] });
    } else if (one.kind === "move") {
      const others = bots.filter((bot) => bot !== row.bot);
      held.set(row.id, { ...row, bot: others[one.to % others.length] ?? null });
      differing.push(`moved ${row.id}`);
    } else if (one.kind === "delete") {
      held.delete(row.id);
      differing.push(`missing ${row.id}`);
    } else if (!held.has(one.id)) {
      held.set(one.id, { id: one.id, bot: row.bot, content: one.content, source: null, embedding: null });
      differing.push(`extra ${one.id}`);
    }
  }
  return { held: [...held.values()], differing: differing.toSorted(), did };
}

function edited(value: string | null, { edit, text: added }: Extract<Mutation, { kind: "text" }>): string | null {
  if (edit === "null") return null;
  if (edit === "empty" || value === null) return edit === "append" ? added : "";
  const characters = Array.from(value);
  if (edit === "cut") return characters.slice(0, -1).join("");
  const at = edit === "insert" ? Math.floor(characters.length / 2) : characters.length;
  return characters.toSpliced(at, 0, added).join("");
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
