import { expect, test } from "vitest";
import { withDefaults } from "../src/settings.ts";

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
