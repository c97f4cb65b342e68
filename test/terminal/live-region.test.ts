import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { liveRegion } from "../../src/terminal/live-region.ts";
import { openScreen } from "./screen.ts";

test("lines come, go and change their number without leaving anything behind", async () => {
  const screen = openScreen(40, 10);
  const region = liveRegion(screen.stream, new PassThrough());
  const shown = [
    ["A", "B", "C", "D"],
    ["A", "C", "D"],
    ["A", "B", "C", "D", "E"],
    ["A"],
    ["A", "E"],
    ["B"],
    ["B", "C"],
  ];
  for (const lines of shown) {
    region.show(lines);
    expect(await screen.lines()).toEqual(lines);
  }
  region.show([]);
  expect(await screen.lines()).toEqual([]);
});

test("a result on the same terminal takes the list's place, whole", async () => {
  const screen = openScreen(40, 10);
  const stdout = Object.assign(new PassThrough(), { isTTY: true });
  stdout.on("data", (chunk: Buffer) => screen.stream.write(chunk));
  const region = liveRegion(screen.stream, stdout);
  region.show(["load", "index"]);
  stdout.write("rows  5,000\n");
  region.show(["index"]);
  expect(await screen.lines()).toEqual(["rows  5,000", "index"]);
  region.show([]);
  expect(await screen.lines()).toEqual(["rows  5,000"]);
});
