import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "./product.ts";

/** A rehearsal that is held to the policy that iam-policy prints. */
async function rehearseUnderPolicy(...flags: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "rehearse-test-"));
  const policy = join(folder, "policy.json");
  await writeFile(policy, (await run(["iam-policy"])).stdout);
  const told = await run(["rehearse", "--json", "--policy", policy, ...flags]);
  await rm(folder, { recursive: true });
  return told;
}

test("under exactly the policy that iam-policy prints, a rehearsal ends identical and leaves nothing", async () => {
  const { code, stdout, stderr } = await rehearseUnderPolicy("--connect", "direct");
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

test("a small one over the Data API does so, too", async () => {
  const size = [
    "--rows=200",
    "--bots=5",
    "--dimensions=16",
    "--time-scale=0.0002",
    "--no-prepare",
    "--no-target-snapshot",
  ];
  const { code, stdout, stderr } = await rehearseUnderPolicy("--connect", "data-api", ...size);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: "identical", rows: { source: 200, target: 200 }, residue: [] });
  expect(stderr).toContain("Data API of the temporary cluster: enabled");
});
