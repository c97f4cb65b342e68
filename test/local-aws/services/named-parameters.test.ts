import { expect, test } from "vitest";
import { numberParameters } from "../../../src/local-aws/services/rds-data/named-parameters.ts";

const numbered = (sql: string) => numberParameters(sql, (_name, number) => number);

test("a name has one number, however often it is there", () => {
  expect(numbered("select :a, :b+:a from t where c=:b2")).toEqual({
    text: "select $1, $2+$1 from t where c=$3",
    names: ["a", "b", "b2"],
  });
});

test.each([
  ["casts", "select x::int, y :: text"],
  ["strings", "select ':a', 'it''s :a', 'back\\', 1"],
  ["escape strings", String.raw`select E'\':a', e'\\'':a'`],
  ["identifiers", 'select ":a", "x"":a"'],
  ["dollar quotes", "do $$ :a $$; do $x$ :a $$ :a $x$"],
  ["line comments", "select 1 -- :a\n"],
  ["block comments, which nest", "select /* :a /* :a */ :a */ 1"],
  ["assignments", "select f(a := 1)"],
])("there are none in %s", (_where, sql) => {
  expect(numbered(sql)).toEqual({ text: sql, names: [] });
});

test.each([
  ["after a cast", "select :a::int", "select $1::int"],
  ["after a string that ends in a backslash", String.raw`select '\', :a, ''`, String.raw`select '\', $1, ''`],
  ["after an identifier with dollars", "select a$b$, :a, c$b$", "select a$b$, $1, c$b$"],
  ["after comments", "/* ' */ select -- '\n :a", "/* ' */ select -- '\n $1"],
  ["after a minus or a slash", "select 1-:a/:a", "select 1-$1/$1"],
  ["at the end of a word with an e", "select e, like :a", "select e, like $1"],
])("they are found %s", (_where, sql, text) => {
  expect(numbered(sql)).toEqual({ text, names: ["a"] });
});
