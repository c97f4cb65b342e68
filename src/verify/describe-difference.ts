import type { ColumnDifference, ListedRow } from "./differences.ts";

/** A row that differs, as a sentence; never what its texts say. Pure. */
export function describeRow(row: ListedRow): string {
  const named = `row ${row.id} of ${botName(row.bot)}`;
  if (row.kind === "missing") return `${named} is missing`;
  if (row.kind === "extra") return `${named} is extra`;
  const differing = row.columns.map(describeColumn).join("; ");
  if (row.kind === "moved") return `${named} is ${botName(row.to)}'s now${differing === "" ? "" : `; ${differing}`}`;
  return `${named} has changed: ${differing === "" ? "it was the same when it was looked at again" : differing}`;
}

function botName(bot: string | null): string {
  return bot === null ? "no bot" : `bot ${bot}`;
}

function describeColumn(difference: ColumnDifference): string {
  const swapped = difference.swappedWith === undefined ? "" : `, swapped with row ${difference.swappedWith}`;
  return `${difference.column}: ${describeValue(difference)}${swapped}`;
}

function describeValue(difference: ColumnDifference): string {
  if (difference.type === "text") return describeText(difference);
  if (difference.type === "vector") return describeVector(difference);
  return difference.looks;
}

function describeText({ looks, source, target, offset, forms }: Extract<ColumnDifference, { type: "text" }>): string {
  const size = (one: typeof source) => (one === null ? "NULL" : `${one.characters} characters (${one.bytes} bytes)`);
  const sizes = `${size(source)} against ${size(target)}`;
  const from = offset === null ? "" : `, the same before character ${offset.characters + 1}`;
  const bytes = (target?.bytes ?? 0) - (source?.bytes ?? 0);
  if (looks === "NULL against empty" || looks === "NULL against text") return `${looks}: ${sizes}`;
  if (looks === "truncated") return `truncated by ${-bytes} bytes: ${sizes}`;
  if (looks === "lengthened") return `lengthened by ${bytes} bytes: ${sizes}`;
  if (forms !== undefined)
    return `differs in Unicode normalisation only (${forms.source} against ${forms.target}): ${sizes}${from}`;
  if (looks === "another text") return `another text: ${sizes}${from}`;
  return `differs in ${looks} only: ${sizes}${from}`;
}

function describeVector(difference: Extract<ColumnDifference, { type: "vector" }>): string {
  const { source, target, elements, first } = difference;
  const size = (dimensions: number | null) => (dimensions === null ? "NULL" : `${dimensions} dimensions`);
  if (first === null || elements === null) return `${size(source)} against ${size(target)}`;
  const { source: here, target: there, ulps } = first;
  const more =
    elements === 1
      ? `element ${first.element} of ${source} differs`
      : `${elements} of ${source} elements differ, first element ${first.element}`;
  return `${more}: ${here.value} (${here.bits}) against ${there.value} (${there.bits}), ${ulps} ULPs apart`;
}
