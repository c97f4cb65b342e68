import { expect, test } from "vitest";
import { run, smallLocalAws } from "./product.ts";

test("--variant may be repeated, and what it sets is in force", async () => {
  const flags = ["--stage=before-deploy", "--variant", "status-spelling=console", "--variant=restore-noise=fatal"];
  await using local = await smallLocalAws([...flags, "--rows=10", "--rows=20"]);
  const answer = await fetch(`${local.environment["AWS_ENDPOINT_URL"] ?? ""}/_local-aws/status`);
  const { variants } = (await answer.json()) as { variants: object };
  expect(variants).toMatchObject({
    "status-spelling": "console",
    "restore-noise": "fatal",
    "truncate-scope": "selected",
  });
});

test.each(["local-aws", "rehearse"])("%s tells what there is where a variant is unknown", async (command) => {
  const unknownName = await run([command, "--variant", "noise=fatal"]);
  expect(unknownName.code).toBe(2);
  expect(unknownName.stderr).toMatch(/no variant "noise"[^]* {2}restore-noise: tolerated, fatal\n/);
  const unknownValue = await run([command], { BEDROCK_CHAT_MIGRATE_VARIANT: "truncate-scope=all,restore-noise=loud" });
  expect(unknownValue.code).toBe(2);
  expect(unknownValue.stderr).toContain('restore-noise has no value "loud". It is one of: tolerated, fatal.');
});

test("the list names every value, the default first", async () => {
  const { code, stdout } = await run(["local-aws", "variants"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/status-spelling .*\n +│ hyphenated .*\n +│ console .*\n +│ upper-snake .*\n/);
  const { stdout: document } = await run(["local-aws", "variants", "--json"]);
  expect(JSON.parse(document)).toMatchObject({
    "restore-noise": { default: "tolerated", values: { fatal: "fail the data migration" } },
  });
});

test("a flag that is given twice: the last one counts", async () => {
  expect((await run(["local-aws", "variants", "--rows", "2", "--rows", "many"])).code).toBe(2);
  const { code, stdout } = await run(["local-aws", "variants", "--rows", "many", "--rows", "2", "--json", "--no-json"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ variant +│ values, the default first/);
});
