import { expect, test } from "vitest";
import { closest, refuseUnknown, unknownCommand } from "../src/command-words.ts";
import { commands } from "../src/commands/all.ts";

const status = { usage: "status", options: { region: {}, "state-dir": {}, json: {} } };
const localAws = { usage: "local-aws [action]", options: { action: {}, port: {} } };

/** What an operator reads when these arguments are refused, where yargs has read these. */
function refusal(args: Record<string, unknown>, ...argv: string[]): string {
  try {
    const { _: words = [], ...flags } = args;
    refuseUnknown(status, { _: words, $0: "x", ...flags }, { words: words as string[], argv });
    return "";
  } catch (error) {
    const { message, hint } = error as { message: string; hint: string };
    return `${message} ${hint}`;
  }
}

test.each([
  ["strat-dms-migration", "start-dms-migration"],
  ["verify", "verify-counts"],
  ["restore", "restore-snapshot"],
  ["staus", "status"],
  ["Status", "status"],
  ["st", undefined],
  ["rewind", undefined],
])("of the commands, %s is answered with %s", (word, meant) => {
  expect(
    closest(
      word,
      commands.map(({ usage }) => usage.split(" ")[0] ?? ""),
    ),
  ).toBe(meant);
});

test("what is known passes, in either spelling, and negated", () => {
  expect(refusal({ "state-dir": "x", stateDir: "x", json: false }, "status", "--state-dir=x", "--no-json")).toBe("");
});

test("a slip is answered with the whole command line as it was meant, as a shell takes it", () => {
  expect(refusal({ rgion: "eu-west-1" }, "status", "--rgion=eu-west-1")).toBe(
    "status does not know --rgion. Did you mean this?\n  bedrock-chat-migrate status --region=eu-west-1",
  );
  expect(refusal({ statedir: "my runs" }, "status", "--statedir", "my runs")).toContain(
    "bedrock-chat-migrate status --state-dir 'my runs'",
  );
  expect(refusal({ jsn: false }, "status", "--no-jsn")).toContain("status --no-json");
});

test("each unknown word is told once, and nothing is guessed where one is far from all", () => {
  const told = refusal({ "far-off": 1, farOff: 1, rgion: 1, x: true, _: ["more"] }, "status", "more");
  expect(told).toContain('status does not know --far-off, --rgion, -x, "more".');
  expect(told).toContain("`bedrock-chat-migrate status --help` lists its flags");
});

test("a command that is none is answered with the command line as it was meant", () => {
  const { message, hint } = unknownCommand("staus", ["staus", "--run", "staus"], [status, localAws]);
  expect(`${message} ${hint}`).toBe(
    'There is no command "staus". Did you mean this?\n  bedrock-chat-migrate status --run staus',
  );
});
