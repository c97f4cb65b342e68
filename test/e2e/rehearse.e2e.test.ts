import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Rehearsal } from "../../src/rehearse/rehearse.ts";
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

test("under exactly the policy that iam-policy prints, a rehearsal keeps what users synced before the load, ends identical and leaves nothing", async () => {
  const { code, stdout, stderr } = await rehearseUnderPolicy(
    "--connect=direct",
    "--on-existing=keep-target",
    "--rows=1000",
    "--dimensions=128",
  );
  expect(code, stderr).toBe(0);
  const told = JSON.parse(stdout) as Rehearsal;
  const [first = 0, second = 0] = told.syncs.map((sync) => sync.rows);
  expect(told).toMatchObject({
    outcome: "identical",
    migrationType: "full-load-and-cdc",
    variants: { "status-spelling": "hyphenated" },
    // Of two bots the old cluster's rows were not loaded, and the new cluster has one more of each.
    rows: { source: 1_000 - (first - 1) - (second - 1), target: 1_002 },
    bots: 20,
    residue: [],
  });
  for (const { bot, rows: held } of told.syncs)
    expect(stderr).toMatch(new RegExp(`bot ${bot} .* stays as it is on the new cluster \\(${held} rows\\)`));
  expect(told.phases.map((phase) => phase.name).slice(1)).toEqual([
    "prepare",
    "npx cdk deploy (simulated): v1 replaces the cluster",
    "users at work: two bots are synced on the new cluster",
    "restore-snapshot",
    "start-dms-migration",
    "verify-counts",
    "cleanup",
  ]);
});

const small = [
  "--rows=200",
  "--bots=5",
  "--dimensions=16",
  "--time-scale=0.0002",
  "--no-prepare",
  "--no-target-snapshot",
];

test("over the Data API, too, a bot that a user syncs while the load runs is told, settled as the command asks, and what it holds is proven", async () => {
  const { code, stdout, stderr } = await rehearseUnderPolicy("--connect", "data-api", "--sync-during-load", ...small);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("Data API of the temporary cluster: enabled");
  const told = JSON.parse(stdout) as Rehearsal;
  const [{ bot } = { bot: "none" }] = told.syncs;
  expect(told).toMatchObject({
    outcome: "identical",
    rows: { source: 200, target: 201 },
    syncs: [{ status: "SUCCEEDED", rows: 101 }],
    residue: [],
  });
  expect(stderr).toContain(`a user has synced bot ${bot} `);
  const synced = `bot ${bot} was synced by its user during the load, and`;
  const lines = [
    `${synced} holds 101 rows of that beside the loaded ones`,
    "$ bedrock-chat-migrate start-dms-migration --connect data-api --no-target-snapshot --on-existing keep-target",
    `${synced} stays so (101 rows)`,
  ];
  const places = lines.map((line) => stderr.indexOf(line));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test("users need bots that they can sync", async () => {
  const { code, stderr } = await run(["rehearse", "--on-existing", "keep-target", "--bots", "3"]);
  expect(code).toBe(2);
  expect(stderr).toContain("Add --bots 4.");
});
