import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run, smallLocalAws } from "./product.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "policy-test-"));
});

afterAll(() => rm(folder, { recursive: true }));

async function policyFile(statement: object): Promise<string> {
  const path = join(folder, "policy.json");
  await writeFile(path, JSON.stringify({ Version: "2012-10-17", Statement: statement }));
  return path;
}

test("seeding is not held to --policy, a command is: one line names the action that it lacks", async () => {
  const seeding = ["rds:Create*", "dynamodb:CreateTable", "dynamodb:BatchWriteItem", "dynamodb:PutItem"];
  const NotAction = ["rds:DescribeDBClusterSnapshots", ...seeding];
  const file = await policyFile({ Effect: "Allow", NotAction, Resource: "*" });
  await using local = await smallLocalAws(["--rows=10", "--bots=1", "--dimensions=4", "--policy", file]);
  const { code, stderr } = await run(["restore-snapshot"], local.environment);
  expect(code).toBe(1);
  const lines = stderr.split("\n").filter((line) => line.includes("is not authorized to perform"));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("rds:DescribeDBClusterSnapshots on resource: arn:aws:rds:us-east-1:111122223333:");
});

test.each(["local-aws", "rehearse"])("%s starts nothing under a policy that cannot be enforced", async (command) => {
  const Condition = { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } };
  const file = await policyFile({ Effect: "Allow", Action: "*", Resource: "*", Condition });
  const { code, stderr } = await run([command, "--policy", file]);
  expect(code).toBe(2);
  expect(stderr).toContain("Statement 1: the local AWS does not know the condition operator IpAddress.");
});
