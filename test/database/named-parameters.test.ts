import { expect, test } from "vitest";
import { namedParameters } from "../../src/database/named-parameters.ts";

test.each([
  ["select $1, $2", ["a", 2], "select :p1, :p2"],
  ["select $1::text || '$1' || $1", ["a"], "select :p1::text || '$1' || :p1"],
  [`select 'it''s $1', E'\\'$1', "a$1", $1`, [true], `select 'it''s $1', E'\\'$1', "a$1", :p1`],
  ["select $$ $1 $$, $a$ $1 $$ $a$, $1", ["a"], "select $$ $1 $$, $a$ $1 $$ $a$, :p1"],
  ["select $1 -- $2\n /* $2 /* $2 */ $2 */, $2", [1, null], "select :p1 -- $2\n /* $2 /* $2 */ $2 */, :p2"],
  ["select a$1, $1", ["a"], "select a$1, :p1"],
  [
    "select $10, $1, $2, $3, $4, $5, $6, $7, $8, $9",
    "abcdefghij".split(""),
    "select :p10, :p1, :p2, :p3, :p4, :p5, :p6, :p7, :p8, :p9",
  ],
])("%s", (statement, values, sql) => {
  expect(namedParameters(statement, values).sql).toBe(sql);
});

test("values travel with their type; a statement without any stays as it is", () => {
  expect(
    namedParameters("select $1, $2, $3, $4, $5", ["x", 3, 0.5, false, null]).parameters.map((one) => one.value),
  ).toEqual([{ stringValue: "x" }, { longValue: 3 }, { doubleValue: 0.5 }, { booleanValue: false }, { isNull: true }]);
  expect(namedParameters("do 'begin perform $1; end'", [])).toEqual({
    sql: "do 'begin perform $1; end'",
    parameters: [],
  });
});

test("values without a place, and places without a value, are a defect", () => {
  expect(() => namedParameters("select $1", ["a", "b"])).toThrow("2 values for the places 1");
  expect(() => namedParameters("select $2", ["a"])).toThrow("1 values for the places 2");
});
