import type { ComparedColumn } from "../database/canonical-row.ts";
import { float32, sameFloat, ulpDistance } from "./compare-floats.ts";
import { compareTexts } from "./compare-texts.ts";
import type { ColumnDifference } from "./differences.ts";

/** A row's columns, as PostgreSQL writes them as text. */
export type RowTexts = Readonly<Record<string, string | null>>;

/** The columns in which a row differs, and how. Pure. */
export function compareRows(
  columns: readonly Pick<ComparedColumn, "name" | "type">[],
  source: RowTexts,
  target: RowTexts,
): ColumnDifference[] {
  return columns.flatMap(({ name, type }): ColumnDifference[] => {
    const [a, b] = [source[name] ?? null, target[name] ?? null];
    if (a === b) return [];
    if (isText(type)) {
      const difference = compareTexts(a, b);
      return difference === undefined ? [] : [{ column: name, type: "text", ...difference }];
    }
    if (isVector(type)) return [{ column: name, type: "vector", ...compareVectors(a, b) }];
    const looks = a === null || b === null ? "NULL against a value" : "another value";
    return [{ column: name, type: "other", looks }];
  });
}

function isText(type: string): boolean {
  return /^(text|character|bpchar|name|citext)\b/.test(type);
}

/** Its schema stands before it where that is not in the search path. */
function isVector(type: string): boolean {
  return /(^|\.)vector(\(\d+\))?$/.test(type);
}

type VectorDifference = Omit<Extract<ColumnDifference, { type: "vector" }>, "column" | "type">;

function compareVectors(source: string | null, target: string | null): VectorDifference {
  const [a, b] = [elementsOf(source), elementsOf(target)];
  const dimensions = { source: a?.length ?? null, target: b?.length ?? null };
  if (a?.length !== b?.length || a === null || b === null) return { ...dimensions, elements: null, first: null };
  const differing = a.flatMap((value, at) => (sameFloat(value, b[at] ?? "") ? [] : [at]));
  const [at] = differing;
  if (at === undefined) return { ...dimensions, elements: 0, first: null };
  const [here, there] = [a[at] ?? "", b[at] ?? ""];
  const first = {
    element: at + 1,
    source: float32(here),
    target: float32(there),
    ulps: ulpDistance(here, there),
  };
  return { ...dimensions, elements: differing.length, first };
}

/** pgvector writes `[1,-0,0.5]`. */
function elementsOf(text: string | null): string[] | null {
  return text === null ? null : text.slice(1, -1).split(",");
}
