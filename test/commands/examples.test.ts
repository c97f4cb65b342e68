import { expect, test } from "vitest";
import { flagsOf, verbOf } from "../../src/command-words.ts";
import { commands } from "../../src/commands/all.ts";
import { overview } from "../../src/overview.ts";

test.each(commands.map((command) => [verbOf(command), command] as const))(
  "%s has two or three examples, of flags that it has",
  (verb, command) => {
    expect(command.examples.length).toBeGreaterThanOrEqual(2);
    expect(command.examples.length).toBeLessThanOrEqual(3);
    for (const [line] of command.examples) {
      expect(line).toContain(`$0 ${verb}`);
      const named = [...line.matchAll(/--([\w-]+)/g)].map(([, flag]) => flag);
      expect(flagsOf(command)).toEqual(expect.arrayContaining(named));
    }
  },
);

test("the overview names every command, and its lines fit the terminal", () => {
  for (const width of [60, 80, 110]) {
    const lines = overview(commands, width).split("\n");
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    for (const command of commands) expect(lines.some((line) => line.startsWith(`  ${command.usage} `))).toBe(true);
  }
});
