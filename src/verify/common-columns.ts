import type { ComparedColumn, TableColumns } from "../database/canonical-row.ts";
import type { Differences } from "./differences.ts";
import type { Both } from "./walk-differences.ts";

export interface CommonColumns {
  readonly compared: readonly ComparedColumn[];
  readonly uncompared: Differences["uncompared"];
}

/** The columns that both sides have and whose values can be compared, and the others, with why not. Pure. */
export function commonColumns({ source, target }: Both<TableColumns>): CommonColumns {
  const [here, there] = [named(source), named(target)];
  const compared: ComparedColumn[] = [];
  const uncompared: Differences["uncompared"] = [];
  for (const name of [...new Set([...here.keys(), ...there.keys()])].toSorted()) {
    const [a, b] = [here.get(name), there.get(name)];
    if (b === undefined) uncompared.push({ column: name, why: "on the source only" });
    else if (a === undefined) uncompared.push({ column: name, why: "on the target only" });
    else if (a.expression === undefined || b.expression === undefined)
      uncompared.push({ column: name, why: "cannot be compared" });
    else if (a.expression !== b.expression || kindOf(a.type) !== kindOf(b.type))
      uncompared.push({ column: name, why: "of another type" });
    else compared.push({ name, type: a.type, expression: a.expression });
  }
  return { compared, uncompared };
}

interface NamedColumn {
  readonly name: string;
  readonly type: string;
  readonly expression?: string;
}

function named({ compared, uncomparable }: TableColumns): ReadonlyMap<string, NamedColumn> {
  return new Map([...compared, ...uncomparable].map((column: NamedColumn) => [column.name, column]));
}

/** A type without its length or precision, which changes nothing of how a value is sent. */
function kindOf(type: string): string {
  return type.replace(/\(\d+(,-?\d+)?\)/, "");
}
