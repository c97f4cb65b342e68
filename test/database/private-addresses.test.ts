import { expect, test } from "vitest";
import { isPrivate } from "../../src/database/private-addresses.ts";

test.each([
  [["10.0.12.3"], true],
  [["172.31.0.1"], true],
  [["192.168.1.1", "fd12::1"], true],
  [[], true],
  [["172.32.0.1"], false],
  [["127.0.0.1"], false],
  [["::1"], false],
  [["10.0.12.3", "52.1.2.3"], false],
  [["2600:1f18::1"], false],
])("%j: %s", (addresses, expected) => {
  expect(isPrivate(addresses)).toBe(expected);
});
