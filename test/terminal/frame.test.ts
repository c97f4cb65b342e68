import { Writable } from "node:stream";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { coloursFor } from "../../src/terminal/colours.ts";
import { displayWidth } from "../../src/terminal/display-width.ts";
import { drawFrame, type LiveTask } from "../../src/terminal/frame.ts";

const bare = coloursFor(new Writable(), {});
const coloured = coloursFor(new Writable(), { FORCE_COLOR: "1" });

const load: LiveTask = {
  name: "load",
  began: 0,
  now: { phase: "copying", done: 2_970, total: 5_000, unit: "rows", detail: "DMS: load-running" },
  samples: [
    { at: 0, done: 0, phase: "copying" },
    { at: 1_000, done: 2_970, phase: "copying" },
  ],
};
const cluster: LiveTask = { name: "rds-cluster bcm-261123-m6zv7-source", began: 0, now: "backing-up", samples: [] };

test("a measured task has a bar, and as much more as there is room for", () => {
  const at = (columns: number) => drawFrame([load], 1_000, { columns, rows: 24 }, bare)[0];
  expect(at(120)).toBe(
    "⠋ load copying  ━━━━━━━━──────   59 %  2,970/5,000 rows  0.7 s left  2,970 rows/s  1.0 s  DMS: load-running",
  );
  expect(at(80)).toBe("⠋ load copying  ━━━━━────   59 %  2,970/5,000 rows  0.7 s left  2,970 rows/s");
  expect(at(40)).toBe("⠋ load copying  ━━━───   59 %  1.0 s");
});

test("a task has its state and its time; on a narrow terminal its name gives way first, to a half, then its state", () => {
  const at = (columns: number) => drawFrame([cluster], 65_000, { columns, rows: 24 }, bare)[0];
  expect(at(80)).toBe("⠋ rds-cluster bcm-261123-m6zv7-source: backing-up  1 min 5 s");
  expect(at(50)).toBe("⠋ rds-cluster bcm-261123-…: backing-up  1 min 5 s");
  expect(at(24)).toBe("⠋ rds-clust…: backing-…");
});

test("the list is never higher than the terminal: it says how many tasks it does not show", () => {
  const tasks = Array.from({ length: 12 }, (_, index) => ({ ...cluster, name: `task ${index}`, now: undefined }));
  const names = (rows: number) => drawFrame(tasks, 0, { columns: 80, rows }, bare).map((line) => line.trim());
  expect(names(14)).toHaveLength(12);
  expect(names(6)).toEqual(["⠋ task 0  0.0 s", "⠋ task 1  0.0 s", "⠋ task 2  0.0 s", "… and 9 more"]);
  expect(names(3)).toEqual(["… and 12 more"]);
  expect(names(1)).toEqual([]);
});

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("社内規程アシスタント", "a\nb\u001b[2J", "कहिन्दी 👨‍👩‍👧‍👦"),
);
const measure = fc.record({ phase: text, done: fc.nat(), total: fc.nat(), unit: fc.constant("rows"), detail: text });
const tasks = fc.array(
  fc.record({
    name: text,
    began: fc.nat({ max: 9_000_000 }),
    now: fc.oneof(text, measure, fc.constant(undefined)),
    samples: fc.constantFrom([], [...load.samples]),
  }),
  { maxLength: 15 },
);

test("no line is as wide as the terminal, and the list leaves room for the cursor, whatever the tasks and the size", () => {
  fc.assert(
    fc.property(tasks, fc.integer({ min: 3, max: 200 }), fc.integer({ min: 1, max: 20 }), (some, columns, rows) => {
      for (const colours of [bare, coloured]) {
        const lines = drawFrame(some, 9_000_000, { columns, rows }, colours);
        expect(lines.length).toBeLessThan(rows);
        for (const line of lines) {
          expect(displayWidth(line)).toBeLessThan(columns);
          expect(line).not.toMatch(/\n/);
          expect(line).not.toContain("\u001b[2J");
        }
      }
    }),
  );
});
