import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { localServices } from "../../../src/local-aws/local-services.ts";
import { permissionsOf } from "../../../src/local-aws/policy/operation-permissions.ts";

/** dynalite serves one operation a file. */
function dynamoDbOperations(): string[] {
  const dynalite = dirname(createRequire(import.meta.url).resolve("dynalite"));
  const files = readdirSync(join(dynalite, "actions")).map((file) => file.replace(/\.js$/, ""));
  return files.map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`);
}

test("every operation that is served says what it is authorised by", () => {
  const served = [
    ...localServices().flatMap(({ signingName, handlers }) =>
      Object.keys(handlers).map((name) => [signingName, name] as const),
    ),
    ...dynamoDbOperations().map((name) => ["dynamodb", name] as const),
  ];
  expect(served.length).toBeGreaterThan(100);
  const without = served.filter(([service, operation]) => permissionsOf(service, operation) === undefined);
  expect(without).toEqual([]);
});
