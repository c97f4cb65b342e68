import { expect, test } from "vitest";
import { reachOptions } from "../../src/commands/reach-options.ts";
import { runInProcess } from "../migration/command-in-process.ts";

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

test.each(["source", "target"])(
  "the Data API through a tunnel to the %s is refused before AWS is asked",
  async (side) => {
    const flags = ["--connect", "data-api", `--${side}-endpoint`, "localhost:15432"];
    const { code, stderr } = await runInProcess(["restore-snapshot", ...flags], {});
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`goes through no tunnel, and --${side}-endpoint names one`),
    ]);
  },
);
