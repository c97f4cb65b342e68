import { expect, test } from "vitest";
import { compareVersions } from "../../src/database/compare-versions.ts";
import { chooseEngineVersion } from "../../src/steps/choose-engine-version.ts";

test.each([
  ["15.3", "15.12", -1],
  ["15.10", "15.9", 1],
  ["15.4", "15.4", 0],
  ["15", "15.0", 0],
  ["16.1", "15.99", 1],
])("%s against %s", (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test.each([
  [["15.3", "15.4"], "15.12", "15.3"],
  [["15.2", "15.12", "15.4", "16.1"], "15.12", "15.4"],
  [["16.1", "15.5"], "16.2", "15.5"],
])("of %j with a target of %s it takes %s", (available, target, expected) => {
  expect(chooseEngineVersion("15.3", available, target).version).toBe(expected);
});

test("a snapshot that is newer than the new cluster is refused before anything is restored", () => {
  expect(() => chooseEngineVersion("15.10", ["15.3", "15.10"], "15.3")).toThrow(/newer than the new cluster's 15.3/);
});

test("nothing between the snapshot's version and the target's is an error that lists the choices", () => {
  expect(() => chooseEngineVersion("15.3", ["15.2", "16.4"], "15.12")).toThrow(/no version up to/);
});
