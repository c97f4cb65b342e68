import { expect, test } from "vitest";
import { displayWidth } from "../../src/terminal/display-width.ts";
import { type OnTerminal, runOnTerminal } from "./pseudo-terminal.ts";
import { run, smallLocalAws } from "./product.ts";

const spinning = /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /;
const colour = new RegExp(String.raw`${"\u001b"}\[[\d;]*m`);
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";

/** Lines of the live list, over the whole time. */
function liveLines({ screens }: OnTerminal): string[] {
  return screens.flatMap(({ lines }) => lines.filter((line) => spinning.test(line)));
}

/** Lines of the live list that fill the terminal's last column, as one does that was too wide: the list leaves it free. */
function tooWide(seen: OnTerminal, columns: number): string[] {
  return liveLines(seen).filter((line) => displayWidth(line) >= columns);
}

function lastScreen({ screens }: OnTerminal): readonly string[] {
  return screens.at(-1)?.joined ?? [];
}

test("on a terminal there is a live list that leaves it as it was; elsewhere there are plain lines", async () => {
  await using local = await smallLocalAws(["--rows=30000", "--dimensions=64"]);
  const { environment } = local;

  const stopped = await runOnTerminal(["restore-snapshot"], {
    columns: 80,
    environment,
    typed: { after: "rds-cluster bcm-", keys: "\u0003" },
  });
  expect(stopped.code).toBe(130);
  expect(tooWide(stopped, 80)).toEqual([]);
  expect(lastScreen(stopped).join("\n")).toMatch(/■ rds-cluster bcm-\S+: [\s\S]*Stopped\. Nothing was undone\./);
  expect(lastScreen(stopped).filter((line) => spinning.test(line))).toEqual([]);
  expect(stopped.written.lastIndexOf(showCursor)).toBeGreaterThan(stopped.written.lastIndexOf(hideCursor));

  const piped = await run(["restore-snapshot"], environment);
  expect(piped.code, piped.stderr).toBe(0);
  expect(piped.stderr).toMatch(/^ +\d+\.\d s  rds-instance bcm-\S+: creating$/m);
  expect(piped.stderr + piped.stdout).not.toContain("\u001b");

  const load = await runOnTerminal(["start-dms-migration", "--index", "same-definition"], {
    columns: 40,
    environment: { ...environment, NO_COLOR: "1" },
  });
  expect(load.code, lastScreen(load).join("\n")).toBe(0);
  expect(liveLines(load).filter((line) => /^. load copying {2}━+─* /.test(line))).not.toEqual([]);
  expect(tooWide(load, 40)).toEqual([]);
  expect(load.written).not.toMatch(colour);
  const left = lastScreen(load).join("\n");
  expect(left).toMatch(/ s {2}✔ load complete: 30,000 of 30,000 rows \(100 %\)/);
  expect(left).toMatch(
    /✔ index idx_items_embedding: built[\s\S]*rows +30000\n[\s\S]*Next: bedrock-chat-migrate verify-counts$/,
  );
  expect(lastScreen(load).filter((line) => spinning.test(line))).toEqual([]);
  expect(load.written.lastIndexOf(showCursor)).toBeGreaterThan(load.written.lastIndexOf(hideCursor));

  const verified = await runOnTerminal(["verify-counts"], { columns: 80, environment });
  expect(verified.code).toBe(0);
  expect(verified.written).toMatch(colour);
  const table = verified.screens.at(-1)?.lines.filter((line) => line.includes("│")) ?? [];
  expect(table.length).toBeGreaterThan(5);
  expect(verified.screens.at(-1)?.joined.filter((line) => line.includes("│"))).toEqual(table);
});
