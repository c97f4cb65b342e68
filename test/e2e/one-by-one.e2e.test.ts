import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { cleanEnvironment, cli } from "./product.ts";

test("the commands work in a shell that has taken the printed environment: not before the deploy, then they do", async () => {
  const script = `set -e
    bcm() { "$NODE" "$CLI" "$@"; }
    environment=$(bcm local-aws --detach --stage before-deploy --rows 200 --bots 6 --dimensions 16)
    eval "$environment"
    trap 'bcm local-aws stop' EXIT
    if bcm restore-snapshot; then exit 90; fi
    if bcm status; then exit 91; fi
    bcm local-aws deploy
    bcm restore-snapshot
    bcm restore-snapshot --json`;
  const env = { ...cleanEnvironment(), NODE: process.execPath, CLI: cli };
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", script], { env });
  const before = stderr.slice(0, stderr.indexOf("Deploying v1"));
  expect(before).toContain("the deploy to v1 has not happened yet");
  expect(before).not.toContain("WARNING");
  expect(before).toContain("No run of stack BedrockChatStack");
  expect(stdout).toContain("Next: bedrock-chat-migrate start-dms-migration");
  // The second one goes on with what the first has made.
  const [first] = stdout.match(/bcm-\S+-source\b/) ?? [];
  expect(JSON.parse(/^\{[^]*?^\}/m.exec(stdout)?.[0] ?? "")).toMatchObject({ cluster: first });
});
