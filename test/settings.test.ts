import { expect, test } from "vitest";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, withDefaults } from "../src/settings.ts";

const options = {
  stack: { type: "string", default: "BedrockChatStack" },
  "poll-seconds": { type: "number", default: 10 },
  json: { type: "boolean", default: false },
} as const;

test("the environment wins over the config file, and both over the default", () => {
  const env = { BEDROCK_CHAT_MIGRATE_POLL_SECONDS: "0.2", BEDROCK_CHAT_MIGRATE_JSON: "true" };
  const set = withDefaults(options, env, { stack: "Mine", "poll-seconds": 3 });
  expect(set.stack).toMatchObject({ default: "Mine" });
  expect(set["poll-seconds"]).toMatchObject({ default: 0.2 });
  expect(set.json).toMatchObject({ default: true });
});

test("a number that is none is a usage error that names the setting", () => {
  const env = { BEDROCK_CHAT_MIGRATE_POLL_SECONDS: "soon" };
  expect(() => withDefaults(options, env, {})).toThrow(/BEDROCK_CHAT_MIGRATE_POLL_SECONDS .* must be a number/);
});

test("a truth value that is none is a usage error", () => {
  expect(() => withDefaults(options, { BEDROCK_CHAT_MIGRATE_JSON: "maybe" }, {})).toThrow(/must be true or false/);
});

test.each([
  ['{ "stak": "Mine" }', /sets "stak", which no command knows/],
  ["[1]", /is not a JSON object/],
  ["{", /is not a JSON object/],
  ['{ "stack": {} }', /is not a JSON object/],
])("a config file like %s is refused", async (text, message) => {
  const file = join(mkdtempSync(join(tmpdir(), "config-")), "config.json");
  writeFileSync(file, text);
  await expect(readConfig(new Set(["stack"]), file)).rejects.toThrow(message);
});
