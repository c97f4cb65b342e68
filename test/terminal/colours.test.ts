import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { coloursFor } from "../../src/terminal/colours.ts";

const cases: readonly (readonly [env: Record<string, string>, terminal: boolean, coloured: boolean])[] = [
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: "1" }, true, false],
  [{ NO_COLOR: "" }, true, true],
  [{ TERM: "dumb" }, true, false],
  [{ FORCE_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "0" }, true, false],
  [{ FORCE_COLOR: "false" }, true, false],
  [{ FORCE_COLOR: "" }, false, false],
  [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
];

test.each(cases)("with %j, on a terminal: %s, there are colours: %s", (env, isTTY, coloured) => {
  const stream = Object.assign(new Writable(), { isTTY });
  expect(coloursFor(stream, env).good("x")).toBe(coloured ? "\u001b[32mx\u001b[39m" : "x");
});
