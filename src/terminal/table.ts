import type { Colours } from "./colours.ts";
import { cutToWidth, displayWidth, foldToWidth, printable } from "./display-width.ts";
import type { Page } from "./page.ts";

/** A table's cell for a number that is not there. */
export const absent = "-";

/** What a table's cell holds; a text may have a colour. */
export type Cell = string | number | { readonly text: string; readonly colour: keyof Colours };

interface Column {
  readonly head: string;
  readonly cells: readonly string[];
  readonly width: number;
  readonly numeric: boolean;
}

/** No text column is made narrower than this. */
const narrowest = 8;

/**
 * A table. Numbers stand at the right. On a terminal that is too narrow the widest text columns are cut, and where that does not do, each
 * row is a block of `name: value` lines; elsewhere nothing is cut.
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], page: Page): string {
  const texts = rows.map((row) => row.map((cell) => textOf(cell, page)));
  const columns = head.map((name, index): Column => {
    const cells = texts.map((row) => row[index] ?? "");
    const width = Math.max(...[name, ...cells].map(displayWidth));
    return { head: name, cells, width, numeric: rows.length > 0 && rows.every((row) => isNumber(row[index])) };
  });
  const fitting = fit(columns, page.columns);
  if (fitting === undefined) return blocks(columns, rows, page);
  const lines = rows.map((row, index) => {
    const paint = (column: number, text: string) => painted(text, row[column], page);
    return line(fitting, (column) => column.cells[index] ?? "", paint);
  });
  const heading = line(
    fitting,
    (column) => column.head,
    (_, text) => text,
  );
  return [heading, ...lines].join("\n");
}

function isNumber(cell: Cell | undefined): boolean {
  return typeof cell === "number" || cell === absent;
}

function textOf(cell: Cell, page: Page): string {
  if (typeof cell === "number") return cell.toLocaleString("en-US");
  const text = printable(typeof cell === "string" ? cell : cell.text);
  // Terminals do not agree on how wide the variation selector makes a character: there they get it without.
  return page.columns === undefined ? text : text.replaceAll("\ufe0f", "");
}

function painted(text: string, cell: Cell | undefined, { colours }: Page): string {
  return typeof cell === "object" ? colours[cell.colour](text) : text;
}

/** Characters of a script that is written from right to left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Without it a browser, or a terminal that knows Arabic, would turn the next columns' numbers round with the text before them. */
const leftToRightMark = "\u200e";

/** One line of the table, each text padded to its column's width; what is painted is measured before. */
function line(
  columns: readonly Column[],
  textIn: (column: Column) => string,
  paint: (column: number, text: string) => string,
): string {
  const cells = columns.map((column, index) => {
    const text = cutToWidth(textIn(column), column.width);
    const padding = " ".repeat(column.width - displayWidth(text));
    const drawn = `${paint(index, text)}${rightToLeft.test(text) ? leftToRightMark : ""}`;
    return column.numeric ? `${padding}${drawn}` : `${drawn}${padding}`;
  });
  return ` ${cells.join(" │ ")}`.trimEnd();
}

/** The columns as they fit: the widest texts give way first, all of them alike. Undefined where even the narrowest do not fit. */
function fit(columns: readonly Column[], available: number | undefined): Column[] | undefined {
  const room = (available ?? Infinity) - 1 - 3 * (columns.length - 1);
  const limitedTo = (limit: number) =>
    columns.map((column) => (column.numeric ? column : { ...column, width: Math.min(column.width, limit) }));
  const total = (fitted: readonly Column[]) => fitted.reduce((sum, column) => sum + column.width, 0);
  for (let limit = Math.max(narrowest, ...columns.map((column) => column.width)); limit >= narrowest; limit--) {
    const fitted = limitedTo(limit);
    if (total(fitted) <= room) return fitted;
  }
  return undefined;
}

/** Each row as a block of `name: value` lines, folded where they are too long. */
function blocks(columns: readonly Column[], rows: readonly (readonly Cell[])[], page: Page): string {
  return rows
    .map((row, index) =>
      columns.flatMap(({ head, cells }, column) => {
        const folded = foldToWidth(`${head}: ${cells[index]}`, page.columns ?? Infinity);
        return folded.map((text) => painted(text, row[column], page));
      }),
    )
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}
