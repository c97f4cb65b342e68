import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "./product.ts";

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

test("a rehearsal whose caller lacks one action ends with one line that names it", async () => {
  const file = await policyFile({
    Effect: "Allow",
    NotAction: "rds:RestoreDBClusterFromSnapshot",
    Resource: "*",
  });
  const small = ["--rows=10", "--bots=1", "--dimensions=4", "--time-scale=0.0002"];
  const { code, stdout, stderr } = await run(["rehearse", "--json", ...small, "--policy", file]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  const lines = stderr.split("\n").filter((line) => line.includes("is not authorized to perform"));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(
    "rds:RestoreDBClusterFromSnapshot on resource: arn:aws:rds:us-east-1:111122223333:cluster:",
  );
});

test("a policy that cannot be enforced as it stands is refused before anything is started", async () => {
  const file = await policyFile({
    Effect: "Allow",
    Action: "*",
    Resource: "*",
    Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
  });
  const { code, stderr } = await run(["local-aws", "--policy", file]);
  expect(code).toBe(2);
  expect(stderr).toContain("Statement 1: the local AWS does not know the condition operator IpAddress.");
});
