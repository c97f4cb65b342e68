import type { ColumnDifference, Differences, ListedRow } from "./differences.ts";

/** Differing rows, one line each: kind, id, bot, and for a changed row what about it. Of texts no word is shown. */
export function drawDifferences({ rows, listed, uncompared }: Differences): string {
  const all = rows.missing + rows.extra + rows.changed + rows.moved;
  const rest = all - listed.length;
  return [
    ...listed.map(describeRow),
    ...(rest > 0 ? [`and ${rest.toLocaleString("en-US")} more rows (--max-differences lists them)`] : []),
    ...uncompared.map(({ column, why }) => `column ${column}: ${why}`),
  ].join("\n");
}

function describeRow(row: ListedRow): string {
  const start = `${row.kind} row ${row.id} of bot ${row.bot ?? "(none)"}`;
  if (row.kind === "missing" || row.kind === "extra") return start;
  const to = row.kind === "moved" ? [`is bot ${row.to ?? "(none)"}'s`] : [];
  const columns = row.columns.map(describeColumn);
  const same = row.kind === "changed" && columns.length === 0 ? ["equal by now"] : [];
  return `${start}: ${[...to, ...columns, ...same].join("; ")}`;
}

function describeColumn(one: ColumnDifference): string {
  const swapped = one.swappedWith === undefined ? "" : `, swapped with row ${one.swappedWith}`;
  return `${one.column}: ${describeValues(one)}${swapped}`;
}

function describeValues(one: ColumnDifference): string {
  if (one.type === "text") return describeText(one);
  return one.type === "vector" ? describeVector(one) : one.looks;
}

type OfType<Type extends ColumnDifference["type"]> = Extract<ColumnDifference, { type: Type }>;

function describeText({ looks, source, target, offset, forms }: OfType<"text">): string {
  const size = (one: typeof source) => (one === null ? "NULL" : `${one.characters} characters, ${one.bytes} bytes`);
  const form = forms === undefined ? "" : ` (${forms.source}, now ${forms.target})`;
  const at = offset === null ? "" : `, from character ${offset.characters + 1} on`;
  return `${looks}${form}${at} (${size(source)}, now ${size(target)})`;
}

function describeVector({ source, target, elements, first }: OfType<"vector">): string {
  const size = (dimensions: number | null) => (dimensions === null ? "NULL" : `${dimensions} dimensions`);
  if (source !== target || first === null) return `${size(source)}, now ${size(target)}`;
  const { element, ulps } = first;
  const float = ({ value, bits }: typeof first.source) => `${value} (0x${bits})`;
  return `${elements ?? 0} of ${source ?? 0} elements, the first is element ${element}: ${float(first.source)}, now ${float(first.target)}, ${ulps.toLocaleString("en-US")} ULPs apart`;
}
