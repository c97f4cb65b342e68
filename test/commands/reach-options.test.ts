import { expect, test } from "vitest";
import { reachOptions } from "../../src/commands/reach-options.ts";

const { coerce } = reachOptions["target-endpoint"];

test.each([
  ["localhost:15432", { host: "localhost", port: 15_432 }],
  ["10.0.0.1:5432", { host: "10.0.0.1", port: 5432 }],
  ["[::1]:5432", { host: "::1", port: 5432 }],
])("%s", (text, expected) => {
  expect(coerce(text)).toEqual(expected);
});

test.each(["localhost", ":5432", "localhost:0", "localhost:70000", "::1:5432", "http://x:1", "a:1:2"])(
  "not %s",
  (text) => {
    expect(() => coerce(text)).toThrow("--target-endpoint takes host:port");
  },
);
