import { expect, test } from "vitest";
import { ulpDistance } from "../../src/verify/compare-floats.ts";
import { compareRows } from "../../src/verify/compare-rows.ts";
import { compareTexts } from "../../src/verify/compare-texts.ts";

test.each([
  ["1", "1", 0],
  ["0", "-0", 0],
  ["1", "1.0000001", 1],
  ["1", "0.99999994", 1],
  ["-1", "-1.0000001", 1],
  ["1e-45", "-1e-45", 2],
  ["1", "2", 2 ** 23],
  ["-3.4028235e+38", "3.4028235e+38", 2 * 0x7f7f_ffff],
])("%s and %s are %d ULPs apart", (a, b, ulps) => {
  expect(ulpDistance(a, b)).toBe(ulps);
  expect(ulpDistance(b, a)).toBe(ulps);
});

const e = { nfc: "caf\u00e9 ", nfd: "cafe\u0301 " };

test.each([
  ["a", "a", undefined],
  [null, null, undefined],
  [null, "", { looks: "NULL against empty", source: null, target: { characters: 0, bytes: 0 }, offset: null }],
  ["語", null, { looks: "NULL against text", source: { characters: 1, bytes: 3 }, target: null, offset: null }],
  ["a", "a  ", { looks: "trailing blanks", offset: { characters: 1, bytes: 1 } }],
  ["a\r\nb", "a\nb", { looks: "line ends", offset: { characters: 1, bytes: 1 } }],
  ["語x", "語", { looks: "truncated", source: { characters: 2, bytes: 4 }, target: { characters: 1, bytes: 3 } }],
  ["語", "語\u{1f600}", { looks: "lengthened", offset: { characters: 1, bytes: 3 } }],
  [e.nfc, e.nfd, { looks: "Unicode normalisation", forms: { source: "NFC", target: "NFD" } }],
  [e.nfc + e.nfd, e.nfd + e.nfd, { looks: "Unicode normalisation", forms: { source: "mixed", target: "NFD" } }],
  // The same first half of a surrogate pair is not the same character.
  ["a\u{1f600}", "a\u{1f601}", { looks: "another text", offset: { characters: 1, bytes: 1 } }],
])("texts %j and %j", (source, target, difference) => {
  const found = compareTexts(source, target);
  if (difference === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(difference);
});

const row = { id: "1", content: "x", embedding: "[1,2]", at: "2024-01-01" };
const columns = [
  { name: "id", type: "character(26)" },
  { name: "content", type: "character varying(9)" },
  { name: "embedding", type: "extensions.vector(2)" },
  { name: "at", type: "date" },
];

test.each([
  [{ content: "y" }, [{ column: "content", type: "text", looks: "another text" }]],
  [{ at: "2024-01-02" }, [{ column: "at", type: "other", looks: "another value" }]],
  [{ at: null }, [{ column: "at", type: "other", looks: "NULL against a value" }]],
  [
    { embedding: null },
    [{ column: "embedding", type: "vector", source: 2, target: null, elements: null, first: null }],
  ],
  [{ embedding: "[1]" }, [{ source: 2, target: 1, elements: null, first: null }]],
  [
    { embedding: "[1,2.0000002]" },
    [{ elements: 1, first: { element: 2, ulps: 1, source: { value: "2", bits: "40000000" } } }],
  ],
  [{}, []],
])("a row of which %j is changed", (change, differing) => {
  expect(compareRows(columns, row, { ...row, ...change })).toMatchObject(differing);
});
