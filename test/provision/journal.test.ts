import { appendFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { openJournal, readJournal } from "../../src/provision/journal.ts";
import { foldJournal } from "../../src/provision/run-state.ts";

async function journalFile(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "journal-")), "journal.jsonl");
}

const creating = { event: "creating", kind: "rds-cluster", name: "bcm-1-source" } as const;

test("a line is in the file when append returns, and a journal opened again holds it", async () => {
  const file = await journalFile();
  const journal = await openJournal(file, systemClock);
  await journal.append(creating);
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject(creating);
  const again = await openJournal(file, systemClock);
  expect(again.lines).toEqual(journal.lines);
});

test("lines that are appended at the same time stay whole and in order", async () => {
  const file = await journalFile();
  const journal = await openJournal(file, systemClock);
  const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
  await Promise.all(names.map((name) => journal.append({ ...creating, name })));
  const read = await readJournal(file);
  expect(read.map((line) => "name" in line && line.name)).toEqual(names);
});

test("a line that a kill tore is cut off, and the next one stands on a line of its own", async () => {
  const file = await journalFile();
  await (await openJournal(file, systemClock)).append(creating);
  await appendFile(file, '{"event":"ready","kind":"rds-clu');
  const journal = await openJournal(file, systemClock);
  expect(journal.lines).toHaveLength(1);
  await journal.append({ event: "closed" });
  expect((await readJournal(file)).map((line) => line.event)).toEqual(["creating", "closed"]);
});

test("a whole line that is no journal line is an error that names it", async () => {
  const file = await journalFile();
  await writeFile(file, '{"event":"closed","at":"2026-11-23T00:00:00.000Z"}\n{"event":"sabotaged"}\n');
  await expect(openJournal(file, systemClock)).rejects.toThrow(/Line 2 of .* is not a journal line/);
});

test("the fold knows what was intended, made, removed, and what was noted last", () => {
  const at = "2026-11-23T00:00:00.000Z";
  const secret = { kind: "secret", name: "s", at } as const;
  const state = foldJournal([
    { event: "run-began", at, run: "r", account: "1", region: "x", stack: "S", version: "0" },
    { event: "creating", ...secret },
    { event: "ready", ...secret, facts: { arn: "a" } },
    { ...creating, at },
    { event: "noted", at, name: "n", value: 1 },
    { event: "noted", at, name: "n", value: [2] },
    { event: "step-began", at, step: "restore-snapshot" },
    { event: "removing", ...secret },
  ]);
  expect([...state.resources.values()]).toEqual([
    { kind: "secret", name: "s", status: "removing", facts: { arn: "a" } },
    { kind: "rds-cluster", name: "bcm-1-source", status: "creating", facts: {} },
  ]);
  expect(state.notes.get("n")).toEqual([2]);
  expect(state.steps.get("restore-snapshot")).toMatchObject({ ended: undefined });
  expect(state.closed).toBe(false);
});
