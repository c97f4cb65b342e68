import { expect, test } from "vitest";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { numberOf } from "../src/commands/numbers.ts";
import { readSettings, withSettings } from "../src/settings.ts";

const options = {
  stack: { type: "string", default: "BedrockChatStack" },
  "poll-seconds": { type: "number", default: 10, coerce: numberOf("poll-seconds", { min: 0, max: 60 }) },
  json: { type: "boolean", default: false },
  stage: { choices: ["before-deploy", "after-deploy"], default: "after-deploy" },
  action: { choices: ["start", "stop"] },
} as const;
const commands = [{ usage: "local-aws [action]", options }];

function configFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "config-")), "config.json");
  writeFileSync(file, text);
  return file;
}

test("the environment wins over the config file, and both over the default", async () => {
  const env = { BEDROCK_CHAT_MIGRATE_POLL_SECONDS: "2", BEDROCK_CHAT_MIGRATE_JSON: "true" };
  const file = configFile('{ "stack": "Mine", "poll-seconds": 3, "stage": "before-deploy" }');
  const set = withSettings(options, await readSettings(commands, env, file));
  expect(set.stack).toMatchObject({ default: "Mine" });
  expect(set["poll-seconds"]).toMatchObject({ default: 2 });
  expect(set.json).toMatchObject({ default: true });
  expect(set.stage).toMatchObject({ default: "before-deploy" });
  expect(set.action).toEqual(options.action);
});

test("without a file and variables there are no settings; an empty variable counts as none, another tool's does not count", async () => {
  const env = { BEDROCK_CHAT_MIGRATE_STACK: "", BEDROCK_CHAT_MIGRATE_PG_BIN: "/usr/bin", BEDROCK_CHAT: "x" };
  expect([...(await readSettings(commands, env, "/nowhere/config.json"))]).toEqual([]);
});

test.each([
  ["POLL_SECONDS", "soon", /^BEDROCK_CHAT_MIGRATE_POLL_SECONDS must be a number/],
  ["POLL_SECONDS", "61", /^BEDROCK_CHAT_MIGRATE_POLL_SECONDS: --poll-seconds takes a whole number from 0 to 60/],
  ["JSON", "maybe", /^BEDROCK_CHAT_MIGRATE_JSON must be true or false/],
  ["STAGE", "later", /^BEDROCK_CHAT_MIGRATE_STAGE must be one of: before-deploy, after-deploy/],
  ["STAK", "Mine", /^BEDROCK_CHAT_MIGRATE_STAK is set, and no command has such a flag/],
  ["ACTION", "stop", /no command has such a flag/],
])("a variable %s=%s is refused by its name", async (name, value, message) => {
  const env = { [`BEDROCK_CHAT_MIGRATE_${name}`]: value };
  await expect(readSettings(commands, env, "/nowhere/config.json")).rejects.toThrow(message);
});

test.each([
  ['{ "stak": "Mine" }', /config.json: "stak": no command has such a flag/],
  ['{ "poll-seconds": "3" }', /"poll-seconds" in \S+ must be a number/],
  ['{ "stack": 3 }', /"stack" in \S+ must be a text/],
  ["[1]", /is not a flat JSON object/],
  ["{", /is not a flat JSON object/],
  ['{ "stack": {} }', /is not a flat JSON object/],
])("a config file like %s is refused", async (text, message) => {
  await expect(readSettings(commands, {}, configFile(text))).rejects.toThrow(message);
});

test("a setting that is a slip of a flag is answered with the flag", async () => {
  const variable = readSettings(commands, { BEDROCK_CHAT_MIGRATE_STAK: "Mine" }, "/nowhere/config.json");
  await expect(variable).rejects.toMatchObject({
    hint: expect.stringContaining("Did you mean BEDROCK_CHAT_MIGRATE_STACK?"),
  });
  const key = readSettings(commands, {}, configFile('{ "pollSeconds": 1 }'));
  await expect(key).rejects.toMatchObject({ hint: expect.stringContaining("Did you mean poll-seconds?") });
});

test("a config file that is there and cannot be read is not taken for none", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "config-")), "config.json");
  mkdirSync(folder);
  await expect(readSettings(commands, {}, folder)).rejects.toThrow(/cannot be read: EISDIR/);
  const file = configFile("{}");
  chmodSync(file, 0);
  // Nothing is unreadable to root.
  if (process.getuid?.() !== 0)
    await expect(readSettings(commands, {}, file)).rejects.toThrow(/cannot be read: EACCES/);
});
