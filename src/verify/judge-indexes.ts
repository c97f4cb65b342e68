import type { TableIndex } from "../database/catalog.ts";
import { id } from "../database/identifiers.ts";
import { isVectorIndex, listsOf, nameIn, nameless, withLists } from "../database/index-definition.ts";
import { itemsTable } from "../stack/items-table.ts";
import type { SchemaFinding } from "./schema-check.ts";

/** An index by its name and its CREATE INDEX statement. */
export type DefinedIndex = Pick<TableIndex, "index" | "definition">;

export interface IndexQuestion {
  /** Undefined where it is not known. */
  readonly source: readonly TableIndex[] | undefined;
  readonly target: readonly TableIndex[];
  /** The target's vector indexes as they were before the load: what is expected, where a run has noted them. */
  readonly stored: readonly DefinedIndex[];
  /** Definitions of the source's vector indexes, which a load drops there. */
  readonly noted: readonly string[];
  /** What the index policy has built instead, by the index's name. */
  readonly tuned: ReadonlyMap<string, string>;
}

/** Compares every index of `items`: present, valid, the same definition but for its name. The primary key is judged apart where it is missing. */
export function judgeIndexes(question: IndexQuestion): SchemaFinding[] {
  const expected = expectedIndexes(question);
  if (expected.length === 0 && question.source === undefined)
    return [{ ...about("indexes"), verdict: "unknown", found: "not known what there was before" }];
  const taken = new Set<string>();
  const findings = expected.flatMap((one) => {
    const found = counterpart(one, question.target);
    if (found !== undefined) taken.add(found.index);
    return found === undefined && one.primary ? [] : [judgeIndex(one, found, question.tuned.get(one.index))];
  });
  const extra = question.target.filter(({ index, primary }) => !taken.has(index) && !primary);
  return [...findings, ...extra.map(extraIndex)];
}

type Expected = DefinedIndex & { readonly primary: boolean };

/** Of the vector indexes those of the target itself, which a load drops and builds again; of the others those of the source. */
function expectedIndexes({ source = [], stored, noted }: IndexQuestion): Expected[] {
  const defined = (one: DefinedIndex): Expected => ({ index: one.index, definition: one.definition, primary: false });
  const isVector = ({ definition }: DefinedIndex) => isVectorIndex(definition);
  const ofSource = source.filter(isVector);
  const vectors =
    stored.length > 0
      ? stored.map(defined)
      : noted.length > 0
        ? noted.map((definition) => defined({ index: nameIn(definition), definition }))
        : ofSource.map(defined);
  return [...source.filter((one) => !isVector(one)), ...vectors];
}

/** The index of that name, else one that differs by its name alone. */
function counterpart(expected: DefinedIndex, target: readonly TableIndex[]): TableIndex | undefined {
  const named = target.find(({ index }) => index === expected.index);
  return named ?? target.find(({ definition }) => nameless(definition) === nameless(expected.definition));
}

function judgeIndex(expected: Expected, found: TableIndex | undefined, tuned: string | undefined): SchemaFinding {
  const finding = { ...about(expected.index), expected: expected.definition, found: found?.definition ?? null };
  if (found === undefined) return { ...finding, verdict: "missing", wrong: true, remedy: `${expected.definition};` };
  const name = id(itemsTable.schema, found.index);
  if (!found.usable)
    return { ...finding, verdict: "invalid", wrong: true, remedy: `REINDEX INDEX CONCURRENTLY ${name};` };
  if (nameless(found.definition) === nameless(expected.definition)) return { ...finding, verdict: "same" };
  if (tuned !== undefined && isTuning(expected.definition, found.definition, tuned))
    return { ...finding, verdict: "tuned" };
  const remedy = `BEGIN; DROP INDEX ${name}; ${expected.definition}; COMMIT;`;
  return { ...finding, verdict: "different", wrong: true, remedy };
}

/** Whether nothing but the number of lists differs, and that is the one that the index policy has noted. */
function isTuning(expected: string, found: string, tuned: string): boolean {
  const lists = listsOf(found);
  if (lists === undefined || lists !== listsOf(tuned)) return false;
  return nameless(withLists(expected, lists) ?? "") === nameless(found);
}

function extraIndex({ index, definition, usable }: TableIndex): SchemaFinding {
  const finding = { ...about(index), found: definition };
  if (usable) return { ...finding, verdict: "extra" };
  // Left by a CREATE INDEX CONCURRENTLY that failed: writers keep it up to date, and no query uses it.
  return { ...finding, verdict: "invalid", remedy: `DROP INDEX ${id(itemsTable.schema, index)};` };
}

function about(subject: string) {
  return { kind: "index", subject, wrong: false, expected: null, found: null, remedy: null } as const;
}
