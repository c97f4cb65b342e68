import { expect, test } from "vitest";
import { id, lit } from "../../src/database/identifiers.ts";

test.each([
  [["items"], '"items"'],
  [["public", 'a"b'], '"public"."a""b"'],
  [["ข้อมูล", "表 名"], '"ข้อมูล"."表 名"'],
])("names: %j", (parts, sql) => {
  expect(id(...parts)).toBe(sql);
});

test.each([
  ["plain", "'plain'"],
  ["it's", "'it''s'"],
  ["back\\slash's", " E'back\\\\slash''s'"],
])("literals: %s", (text, sql) => {
  expect(lit(text)).toBe(sql);
});
