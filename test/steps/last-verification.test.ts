import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { botsToMend } from "../../src/steps/last-verification.ts";

let directory = "";
const run = () => ({ directory, id: "260601-abcde", stack: "Mine" });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bcm-verification-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function verified(at: string, bots: readonly (readonly [string | null, string | null])[] | null): Promise<void> {
  const reconciliation = bots && {
    outcome: "wrong",
    bots: bots.map(([bot, reEmbed]) => ({ bot, reEmbed, title: "x" })),
  };
  await writeFile(join(directory, `verification-${at}.json`), JSON.stringify({ level: "x", reconciliation }));
}

test("bots are taken from the last verification that has looked at DynamoDB", async () => {
  await expect(botsToMend(run(), ["missing"])).rejects.toMatchObject({
    message: expect.stringContaining("no verification of level all") as string,
    hint: expect.stringContaining("verify-counts --stack Mine --run 260601-abcde --level all") as string,
  });
  await verified("20260601T100000.000Z", [["OLD", "missing"]]);
  await verified("20260601T110000.000Z", [
    ["A", "missing"],
    ["B", "changed"],
    ["C", "failed"],
    ["D", null],
    [null, "changed"],
  ]);
  await verified("20260601T120000.000Z", null);
  expect([...(await botsToMend(run(), ["missing", "changed"]))]).toEqual(["A", "B"]);
  expect([...(await botsToMend(run(), ["failed"]))]).toEqual(["C"]);
});

test("a file that cannot be understood is named, and nothing is taken from an earlier one", async () => {
  await writeFile(join(directory, "verification-20260601T130000.000Z.json"), '{"reconciliation": {"bots": [{}]}}');
  await expect(botsToMend(run(), ["missing"])).rejects.toThrow(/20260601T130000.*is not a verification/);
});
