import * as fc from "fast-check";
import { expect, test } from "vitest";
import { coloursFor } from "../../src/terminal/colours.ts";
import { displayWidth, printable } from "../../src/terminal/display-width.ts";
import type { Page } from "../../src/terminal/page.ts";
import { absent, table } from "../../src/terminal/table.ts";
import { Writable } from "node:stream";

const colours = coloursFor(new Writable(), {});
const paper: Page = { columns: undefined, colours };

/** Columns at which a line's separators stand. */
function separators(line: string): number[] {
  const parts = line.split("│");
  return parts.slice(0, -1).map((_, index) => displayWidth(parts.slice(0, index + 1).join("│")));
}

test("texts stand at the left, numbers at the right, by their width on a terminal", () => {
  const rows = [
    ["คู่มือพนักงาน", 2_500, "equal"],
    ["社内規程アシスタント", absent, "different"],
    ["हिन्दी ทำงาน", 71, "equal"],
  ];
  expect(table(["title", "new cluster", "verdict"], rows, paper).split("\n")).toEqual([
    " title                │ new cluster │ verdict",
    " คู่มือพนักงาน            │       2,500 │ equal",
    " 社内規程アシスタント │           - │ different",
    " हिन्दी ทำงาน          │          71 │ equal",
  ]);
});

test("a title that is read from right to left does not turn the next columns round", () => {
  const [, row] = table(["title", "rows"], [["مساعد", 357]], paper).split("\n");
  expect(row).toBe(" مساعد\u200e │  357");
});

test("on a narrow terminal the widest texts are cut first, then each row becomes a block", () => {
  const draw = (columns: number) =>
    table(["bot", "title", "rows"], [["01HM7PFFDF15ME13E383HS8VA4", "Product handbook ❤️", 2_500]], {
      columns,
      colours,
    });
  expect(draw(80)).toBe(
    " bot                        │ title              │  rows\n 01HM7PFFDF15ME13E383HS8VA4 │ Product handbook ❤ │ 2,500",
  );
  expect(draw(48)).toBe(
    " bot                │ title              │  rows\n 01HM7PFFDF15ME13E… │ Product handbook ❤ │ 2,500",
  );
  expect(draw(28)).toBe(" bot      │ title    │  rows\n 01HM7PF… │ Product… │ 2,500");
  expect(draw(27)).toBe("bot: 01HM7PFFDF15ME13E383HS\n8VA4\ntitle: Product handbook ❤\nrows: 2,500");
});

test("verdicts have colours where colours are wanted, which take no room", () => {
  const coloured = coloursFor(new Writable(), { FORCE_COLOR: "1" });
  const rows = [["a", { text: "equal", colour: "good" as const }, 1]];
  const drawn = table(["name", "verdict", "rows"], rows, { columns: undefined, colours: coloured });
  expect(drawn).toBe(" name │ verdict │ rows\n a    │ \u001b[32mequal\u001b[39m   │    1");
  expect(table(["name", "verdict", "rows"], rows, paper)).toBe(" name │ verdict │ rows\n a    │ equal   │    1");
});

const titles = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom("คู่มือพนักงาน", "社内規程アシスタント", "مساعد خدمة العملاء", "👨‍👩‍👧‍👦🇯🇵❤️", "a\nb\t\u001b[2Jc", "हिन्दी"),
);
const someRows = fc.array(fc.tuple(titles, fc.nat(), titles), { minLength: 1, maxLength: 6 });
const head = ["title", "number", "other"];

test("no line is wider than the terminal", () => {
  fc.assert(
    fc.property(someRows, fc.integer({ min: 20, max: 200 }), (rows, columns) => {
      for (const line of table(head, rows, { columns, colours }).split("\n"))
        expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }),
  );
});

test("elsewhere nothing is lost, and every separator stands below the one above", () => {
  fc.assert(
    fc.property(someRows, (rows) => {
      const [first = "", ...lines] = table(head, rows, paper).split("\n");
      expect(lines.length).toBe(rows.length);
      for (const [index, [title, number, other]] of rows.entries()) {
        const line = lines[index] ?? "";
        for (const text of [printable(title), printable(other), number.toLocaleString("en-US")])
          expect(line).toContain(text);
        if (!/│/.test(title + other)) expect(separators(line)).toEqual(separators(first));
      }
    }),
  );
});
