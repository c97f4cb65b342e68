import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandFor, defaultStack } from "../src/command-for.ts";
import { verbOf } from "../src/command-words.ts";
import { commands } from "../src/commands/all.ts";
import { asUnverified, explainError } from "../src/explain-error.ts";

test("a command names its stack where it is not the default, and its run where it has one", () => {
  expect(commandFor("cleanup", { stack: defaultStack })).toBe("bedrock-chat-migrate cleanup");
  expect(commandFor("cleanup", { stack: "Chat", run: "261123-k7m2q" }, "--yes")).toBe(
    "bedrock-chat-migrate cleanup --stack Chat --run 261123-k7m2q --yes",
  );
});

test("its words reach it through a shell as they are", () => {
  const words = ["Chat", "a b", "it's", "$HOME", "arn:aws:rds:us-east-1:111122223333:cluster-snapshot:rds:a"];
  const [stack = "", ...more] = words;
  const command = commandFor("prepare", { stack }, ...more).replace(/^\S+ \S+/, String.raw`printf '%s\n'`);
  expect(execFileSync("sh", ["-c", command], { encoding: "utf8" }).trimEnd().split("\n")).toEqual([
    "--stack",
    ...words,
  ]);
});

test("every command that is printed for the operator says its stack", () => {
  const verbs = commands.filter(({ options }) => "stack" in options).map(verbOf);
  const written = new RegExp(String.raw`bedrock-chat-migrate (${verbs.join("|")})\b`);
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  // A rehearsal's stack is always the default one.
  const lines = files
    .filter((name) => !/^(rehearse|local-aws)\//.test(name))
    .flatMap((name) => readFileSync(join("src", name), "utf8").split("\n"))
    // Comments may show one.
    .filter((line) => written.test(line) && !/^\s*(\/\/|\/?\*)/.test(line));
  expect(lines).toEqual([]);
});

test("a denial is answered with the policy of the stack that was worked on", () => {
  const denied = Object.assign(new Error("not authorized to perform: rds:DeleteDBCluster"), {
    name: "AccessDenied",
    $fault: "client",
  });
  expect(explainError(denied, "Chat")?.hint).toContain("`bedrock-chat-migrate iam-policy --stack Chat`");
  expect(asUnverified(denied, "Chat")).toMatchObject({ hint: expect.stringContaining("--stack Chat") as string });
});
