import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cutToWidth, displayWidth, foldToWidth, printable } from "../../src/terminal/display-width.ts";

/** Columns as tmux 3.3 has moved its cursor by (asked with CSI 6 n, in a UTF-8 locale). */
const measured: readonly (readonly [text: string, columns: number])[] = [
  ["Product handbook", 16],
  ["คู่มือพนักงาน 12", 12],
  ["ทำงาน", 5],
  ["น้ำ", 2],
  ["社内規程アシスタント", 20],
  ["法務 Q&A（試験）", 16],
  ["ｶﾞ", 2],
  ["か\u3099", 2],
  ["한국어 고객 지원", 16],
  ["\u1100\u1161\u11a8", 2],
  ["مساعد خدمة العملاء", 18],
  ["مساعد\u200e", 5],
  ["एचआर सहायक", 10],
  ["हिन्दी", 5],
  ["क्षेत्र", 4],
  ["தமிழ்", 4],
  ["മലയാളം", 6],
  ["ខ្មែរ", 4],
  ["မြန်မာ", 5],
  ["ລາວ ນ້ຳ", 6],
  ["e\u0301a\u0308\u0301", 2],
  ["🚀 Launch notes", 15],
  ["👨‍👩‍👧‍👦", 2],
  ["🇯🇵🇩🇪", 4],
  ["⚙ Ops", 5],
  ["✔ ✘ ■ ⠋ ━ ─ │ …", 15],
];

test.each(measured)("%s takes %i columns", (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

test("colours take no columns", () => {
  expect(displayWidth("\u001b[32m社内\u001b[39m")).toBe(4);
});

const texts = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.array(fc.constantFrom(...measured.map(([text]) => text))).map((some) => some.join(" ")),
);

test("what is cut is no wider than asked for, keeps its beginning, and says that it was cut", () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 0, max: 60 }), (text, columns) => {
      const cut = cutToWidth(text, columns);
      expect(displayWidth(cut)).toBeLessThanOrEqual(columns);
      if (cut === text) return;
      expect(displayWidth(text)).toBeGreaterThan(columns);
      if (columns > 0) expect(cut.endsWith("…")).toBe(true);
      expect(text.startsWith(cut.slice(0, -1))).toBe(true);
    }),
  );
  expect(cutToWidth("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3)).toBe("👨‍👩‍👧‍👦…");
  expect(cutToWidth("คู่มือ", 2)).toBe("คู่…");
});

test("what is folded loses nothing", () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 8, max: 60 }), (text, columns) => {
      const lines = foldToWidth(text, columns);
      expect(lines.join("")).toBe(text);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }),
  );
});

test("what somebody wrote stays on its line, and turns nothing round", () => {
  expect(printable(" two\nlines\tand\u0007 a bell \u001b[31mred")).toBe("two lines and a bell [31mred");
  expect(printable("\u202eright-to-left override\u202c, soft\u00adhyphen, \ud800 alone")).toBe(
    "right-to-left override, softhyphen, \ufffd alone",
  );
  expect(printable("👨‍👩‍👧‍👦 ❤️ क्‍ष")).toBe("👨‍👩‍👧‍👦 ❤️ क्‍ष");
});
