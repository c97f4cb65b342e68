import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { publishedSchema } from "../../src/verify/published-schema.ts";

test("the published schema is that of the document: node_modules/.bin/tsx scripts/verification-schema.ts writes it", () => {
  const published: unknown = JSON.parse(readFileSync("docs/verification.schema.json", "utf8"));
  expect(published).toEqual(JSON.parse(JSON.stringify(publishedSchema())));
});
