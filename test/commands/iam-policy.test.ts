import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import type { App } from "../../src/command.ts";
import { callCommand } from "../../src/command-line.ts";
import { commands } from "../../src/commands/all.ts";
import { UsageError } from "../../src/errors.ts";
import { denialOf } from "../../src/local-aws/policy/authorize.ts";
import { readPolicy } from "../../src/local-aws/policy/document.ts";
import { smallWorld } from "../local-aws/small-world.ts";

/** The whole command line in this process, with an environment that has no credentials. */
async function call(...argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { code: -1, stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") =>
    new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        written[name] += text;
        done();
      },
    });
  const app: App = {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    env: {},
    signal: new AbortController().signal,
  };
  await callCommand({
    argv: ["iam-policy", ...argv],
    commands,
    settings: new Map(),
    run: async (command, args) => {
      written.code = await command.run(args, app);
    },
  });
  return written;
}

test("prints one JSON document for the account, Region and stack, and nothing else", async () => {
  const flags = ["--account", "012345678901", "--region", "eu-west-1", "--stack", "Mine"];
  const { code, stdout, stderr } = await call(...flags);
  expect(code).toBe(0);
  // It is too long for one managed policy, and the ways are told where no script reads.
  expect(stderr.trim().split("\n")).toEqual([expect.stringContaining("a managed policy may have 6,144")]);
  const { Statement } = JSON.parse(stdout) as { Statement: { Sid: string; Resource: string }[] };
  expect(Statement.find((one) => one.Sid === "ReadBots")?.Resource).toBe(
    "arn:aws:dynamodb:eu-west-1:012345678901:table/Mine-*",
  );
  expect((await call(...flags, "--json")).stdout).toBe(stdout);
});

test("needs no flag: any account, any Region, the usual stack", async () => {
  expect((await call()).stdout).toContain('"arn:aws:cloudformation:*:*:stack/BedrockChatStack/*"');
});

test("--directory writes parts that IAM takes one by one, which together are the whole; into an empty folder only", async () => {
  const directory = join(await mkdtemp(join(tmpdir(), "parts-test-")), "policies");
  const long = ["--stack", "S".repeat(128), "--account", "012345678901", "--region", "ap-northeast-1"];
  const { code, stdout, stderr } = await call(...long, "--directory", directory);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const files = stdout.trim().split("\n");
  expect(files).toEqual([1, 2].map((part) => join(directory, `bedrock-chat-migrate-${part}.json`)));
  const parts = files.map((file) => readFileSync(file, "utf8"));
  for (const part of parts) expect(part.replaceAll(/\s/g, "").length).toBeLessThanOrEqual(6144);
  const whole = JSON.parse((await call(...long)).stdout) as { Statement: object[] };
  expect(parts.flatMap((part) => (JSON.parse(part) as { Statement: object[] }).Statement)).toEqual(whole.Statement);
  for (const part of parts) expect(readPolicy(part).statements.length).toBeGreaterThan(0);
  await expect(call("--directory", directory)).rejects.toThrow("is not empty");
  const json = await call("--directory", `${directory}-json`, "--json");
  expect(JSON.parse(json.stdout)).toEqual({
    files: [1, 2].map((part) => join(`${directory}-json`, `bedrock-chat-migrate-${part}.json`)),
  });
  await rm(dirname(directory), { recursive: true });
});

test("--snapshot lets one cluster snapshot be restored, and no other", async () => {
  const world = smallWorld();
  const snapshot = `arn:aws:rds:us-east-1:999988887777:cluster-snapshot:shared`;
  const policy = readPolicy((await call("--snapshot", snapshot)).stdout);
  const denied = (SnapshotIdentifier: string) => {
    const Tags = [{ Key: "bedrock-chat-migrate:stack", Value: "BedrockChatStack" }];
    const input = { DBClusterIdentifier: "bcm-1-source", SnapshotIdentifier, Tags };
    return denialOf(policy, { service: "rds", operation: "RestoreDBClusterFromSnapshot", input }, world);
  };
  expect(denied(snapshot)).toBeUndefined();
  expect(denied("another")).toContain(
    "rds:RestoreDBClusterFromSnapshot on resource: arn:aws:rds:us-east-1:111122223333",
  );
  await expect(call("--region", "eu-west-1", "--snapshot", snapshot)).rejects.toThrow("of eu-west-1");
  expect((await call("--snapshot", "rds:mine")).stdout).toContain('"arn:aws:rds:*:*:cluster-snapshot:rds:mine"');
});

test.each([
  ["--account", "12345"],
  ["--region", "europe"],
  ["--region", "cn-north-1"],
  ["--stack", "Bedrock*"],
  ["--snapshot", "bedrock-chat-*"],
  ["--snapshot", "arn:aws:rds:eu-west-1:012345678901:cluster-snapshot:*"],
  ["--stack", "arn:aws:cloudformation:eu-west-1:012345678901:stack/Mine/1"],
])("%s %s is refused: it would widen the policy, or mean nothing", async (flag, value) => {
  await expect(call(flag, value)).rejects.toBeInstanceOf(UsageError);
});

test.each([
  ["service-role", "ec2:DescribeVpcs"],
  ["secrets-role", "secretsmanager:GetSecretValue"],
])("--for %s prints what such a role must trust and allow, in one account and Region", async (purpose, action) => {
  const { code, stdout } = await call("--for", purpose, "--account", "012345678901", "--region", "eu-west-1");
  expect(code).toBe(0);
  const { AssumeRolePolicyDocument: trust, PolicyDocument: policy } = JSON.parse(stdout) as Record<string, unknown>;
  expect(JSON.stringify(trust)).toContain("dms.eu-west-1.amazonaws.com");
  expect(JSON.stringify(trust)).toContain('"aws:SourceAccount":"012345678901"');
  expect(JSON.stringify(policy)).toContain(action);
  await expect(call("--for", purpose)).rejects.toBeInstanceOf(UsageError);
});

test("--dms-roles takes ARNs of roles: the operator passes these and makes none", async () => {
  const arns = ["a", "b"].map((name) => `arn:aws:iam::012345678901:role/${name}`);
  const { stdout } = await call("--dms-roles", arns.join(","));
  expect(stdout).toContain(arns[1]);
  expect(stdout).not.toMatch(/iam:(Create|Put|Attach)/);
  await expect(call("--dms-roles", "a,b")).rejects.toBeInstanceOf(UsageError);
});
