import { expect, test } from "vitest";
import { run } from "./product.ts";

test("a rehearsal ends identical, by the product's own commands, and leaves nothing", async () => {
  const { code, stdout, stderr } = await run(["rehearse", "--json"]);
  expect(code, stderr).toBe(0);
  const told = JSON.parse(stdout) as { phases: { name: string }[] };
  expect(told).toMatchObject({
    outcome: "identical",
    migrationType: "full-load-and-cdc",
    variants: { "status-spelling": "hyphenated" },
    rows: { source: 5_000, target: 5_000 },
    bots: 20,
    residue: [],
  });
  expect(told.phases.map((phase) => phase.name).slice(2)).toEqual([
    "restore-snapshot",
    "start-dms-migration",
    "verify-counts",
    "cleanup",
  ]);
});
