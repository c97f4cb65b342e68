import { closestMatch } from "leven";
import type { Command, CommandOptions } from "./command.ts";
import { program, quoted } from "./command-for.ts";
import { UsageError } from "./errors.ts";

type AnyCommand = Pick<Command<CommandOptions>, "usage" | "options">;

/** The word that calls a command. */
export function verbOf({ usage }: AnyCommand): string {
  return usage.split(" ")[0] ?? usage;
}

/** Whether a command takes one of its options as a word of its usage, not as a flag. */
export function isWord({ usage }: AnyCommand, option: string): boolean {
  return usage.includes(`[${option}]`);
}

/** A command's flags, without the dashes. */
export function flagsOf(command: AnyCommand): string[] {
  return Object.keys(command.options).filter((name) => !isWord(command, name));
}

/** The candidate that a word begins, if it is the only one, or else the one that it is a slip of. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const begun = candidates.filter((candidate) => word.length >= 3 && candidate.startsWith(word));
  if (begun.length === 1) return begun[0];
  const maxDistance = Math.min(3, Math.ceil(word.length / 3));
  return closestMatch(word.toLowerCase(), [...candidates], { maxDistance });
}

/** A first word that is no command: an error that gives the whole command line as it may have been meant. */
export function unknownCommand(word: string, argv: readonly string[], commands: readonly AnyCommand[]): UsageError {
  const meant = closest(word, commands.map(verbOf));
  return new UsageError(
    `There is no command "${word}".`,
    meant === undefined
      ? `\`${program} --help\` lists the commands.`
      : didYouMean(argv.with(argv.indexOf(word), meant)),
  );
}

/**
 * Throws a UsageError for flags and words that a command does not take, with the whole command line as it may have been meant.
 * @param args What yargs has read: every flag in the spelling of the command line, and, of one with dashes, once more without.
 * @param line The words that are left over when the command has taken its own, and the whole command line.
 */
export function refuseUnknown(
  command: AnyCommand,
  args: Readonly<Record<string, unknown>>,
  { words, argv }: { readonly words: readonly (string | number)[]; readonly argv: readonly string[] },
): void {
  const flags = flagsOf(command);
  const known = new Set(
    ["_", "$0", "help", "version", ...Object.keys(command.options)].flatMap((name) => [name, camelCase(name)]),
  );
  const names = Object.keys(args).filter((name) => !known.has(name));
  const unknown = names.filter((name) => !names.some((other) => other !== name && camelCase(other) === name));
  const extra = words.map(String);
  if (unknown.length === 0 && extra.length === 0) return;
  const meant = new Map(unknown.map((name) => [name, closest(name, flags)]));
  const all = [...unknown.map(dashed), ...extra.map((word) => `"${word}"`)];
  throw new UsageError(
    `${verbOf(command)} does not know ${all.join(", ")}.`,
    extra.length > 0 || [...meant.values()].includes(undefined)
      ? `\`${program} ${verbOf(command)} --help\` lists its flags.`
      : didYouMean(argv.map((one) => corrected(one, meant))),
  );
}

/** `--rgion=eu-west-1` with the flag's name as it is meant. */
function corrected(argument: string, meant: ReadonlyMap<string, string | undefined>): string {
  const [, dashes = "", name = "", rest = ""] = /^(--?(?:no-)?)([^=]+)(.*)$/s.exec(argument) ?? [];
  const right = meant.get(name);
  return right === undefined ? argument : `${dashes.replace(/^--?/, "--")}${right}${rest}`;
}

function didYouMean(argv: readonly string[]): string {
  return `Did you mean this?\n  ${[program, ...argv].map(quoted).join(" ")}`;
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function camelCase(name: string): string {
  return name.replaceAll(/-+(.)/g, (_, letter: string) => letter.toUpperCase());
}
