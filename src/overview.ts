import type { Command, CommandOptions } from "./command.ts";
import { program } from "./command-for.ts";

/** What the command line says about itself, above a list of its commands and below it. */
export const introduction =
  "Carries the pgvector data of Bedrock Chat from its old Aurora cluster to the new one, and proves it.";
export const closing = `Exit codes: 0 done and proven; 1 failed, or the data differs; 2 usage or configuration; 3 could not verify; 4 a wait ran out (run the same command again); 70 a defect of ours; 130 interrupted.

Every flag can be set as BEDROCK_CHAT_MIGRATE_<FLAG>, or in bedrock-chat-migrate.config.json.`;

/** The command that yargs adds to those of this project. */
export const completion = {
  usage: "completion",
  describe: "Print the script that completes commands, flags and choices in bash and zsh",
} as const;

/** Columns that text for people is broken into: the terminal's, but no more than are read with ease. */
export function readableWidth({ columns }: { readonly columns?: number }): number {
  return Math.min(110, columns ?? 110);
}

/**
 * What `--help` alone prints, in lines of at most `width` columns. yargs could: but to load it takes longer than Node takes to start,
 * and this is the first that anyone calls.
 */
export function overview(commands: readonly Command<CommandOptions>[], width: number): string {
  const listed = [...commands, completion].map(({ usage, describe }) => [usage, describe] as const);
  const options = [
    ["--help", "Show this, or the flags and examples of a command"],
    ["--version", "Show the version"],
  ] as const;
  const column = Math.max(...listed.map(([name]) => name.length)) + 4;
  const entry = ([name, text]: readonly [string, string]) =>
    `  ${name}`.padEnd(column) + wrapped(text, width - column).join(`\n${" ".repeat(column)}`);
  const paragraph = (text: string) => wrapped(text, width).join("\n");
  return [
    `${program} <command>`,
    paragraph(introduction),
    ["Commands:", ...listed.map(entry)].join("\n"),
    ["Options:", ...options.map(entry)].join("\n"),
    paragraph(`\`${program} <command> --help\` shows a command's flags, with examples.`),
    ...closing.split("\n\n").map(paragraph),
  ].join("\n\n");
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > Math.max(width, 20)) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
