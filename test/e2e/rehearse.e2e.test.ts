import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "./product.ts";

test("under exactly the policy that iam-policy prints, a rehearsal ends identical and leaves nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rehearse-test-"));
  const policy = join(folder, "policy.json");
  await writeFile(policy, (await run(["iam-policy"])).stdout);
  const { code, stdout, stderr } = await run(["rehearse", "--json", "--policy", policy]);
  await rm(folder, { recursive: true });
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
  expect(told.phases.map((phase) => phase.name).slice(1)).toEqual([
    "prepare",
    "npx cdk deploy (simulated): v1 replaces the cluster",
    "restore-snapshot",
    "start-dms-migration",
    "verify-counts",
    "cleanup",
  ]);
});
