import yargs, { type Argv, type FallbackCompletionFunction, type Options, type PositionalOptions } from "yargs";
import type { Command, CommandOptions } from "./command.ts";
import { isWord, program, refuseUnknown, unknownCommand, verbOf } from "./command-words.ts";
import { UsageError } from "./errors.ts";
import { closing, completion, introduction, readableWidth } from "./overview.ts";
import { type Settings, withSettings } from "./settings.ts";
import { version } from "./version.ts";

type AnyCommand = Command<CommandOptions>;

export interface CommandLine {
  /** Without the program itself. */
  readonly argv: readonly string[];
  readonly commands: readonly AnyCommand[];
  readonly settings: Settings;
  /** Runs the command that is named. */
  readonly run: (command: AnyCommand, args: Parameters<AnyCommand["run"]>[0]) => Promise<void>;
}

/**
 * Reads the command line, and runs what it names; help, version and completion are yargs's own answers. Throws a UsageError for what is
 * no command, for a flag that is not known, and for a value that is not allowed.
 */
export async function callCommand(line: CommandLine): Promise<void> {
  answerAskingShell(line.argv);
  let called = false;
  let cli = yargs([...line.argv])
    .scriptName(program)
    .locale("en")
    .usage(`$0 <command>\n\n${introduction}`)
    .version(version)
    .demandCommand(1, "Name a command first, then its flags.")
    .completion(completion.usage, completion.describe, candidates(line))
    .wrap(readableWidth(process.stdout))
    .epilogue(closing)
    .fail((message, error: Error | undefined) => {
      // yargs names its own errors so, those about a flag's value among them; all others come from a command.
      if (error !== undefined && error.name !== "YError") throw error;
      throw new UsageError(message || (error?.message ?? ""), `See \`${helpCommand(line)}\`.`);
    });
  for (const command of line.commands) {
    cli = register(cli, command, line, () => (called = true));
  }
  const { _: words } = await cli.parseAsync();
  if (!called) throw unknownCommand(String(words[0]), line.argv, line.commands);
}

function register(cli: Argv, command: AnyCommand, line: CommandLine, called: () => void): Argv {
  return cli.command(
    command.usage,
    command.describe,
    (builder) => {
      let described = builder;
      for (const [name, option] of Object.entries(withSettings(command.options, line.settings))) {
        described = isWord(command, name)
          ? described.positional(name, option as PositionalOptions)
          : described.option(name, { ...lastCounts(option), requiresArg: takesText(option) });
      }
      return command.examples.reduce((one, [usage, why]) => one.example(usage, why), described);
    },
    async (args) => {
      called();
      refuseUnknown(command, args, line.argv);
      await line.run(command, args);
    },
  );
}

/** A flag that is given twice: the last one counts, as everywhere, unless it takes several values. */
function lastCounts(option: Options): Options {
  if (option.array === true) return option;
  const coerce: (value: unknown) => unknown = option.coerce ?? ((value) => value);
  return { ...option, coerce: (value: unknown) => coerce(Array.isArray(value) ? value.at(-1) : value) };
}

/** yargs would take such a flag with nothing after it for an empty text, and would offer other flags to complete it. */
function takesText({ type }: Options): boolean {
  return type === "string" || type === "number";
}

/** Candidates by yargs, but none for a flag's free text: the shell then offers files. */
function candidates({ argv, commands }: CommandLine): FallbackCompletionFunction {
  // yargs tells by the number of its parameters what kind of function it is.
  return (_current, _args, byYargs, done) => {
    const [, flag] = /^--([^=]+)$/.exec(argv.at(-2) ?? "") ?? [];
    const option = commands.find((one) => argv.includes(verbOf(one)))?.options[flag ?? ""];
    return option !== undefined && takesText(option) ? done([]) : byYargs();
  };
}

/** yargs writes candidates as the shell in SHELL takes them; but another one may ask. zsh's script sets COMP_LINE, bash's does not. */
function answerAskingShell(argv: readonly string[]): void {
  const { COMP_LINE: line, SHELL: login } = process.env;
  if (argv[0] !== "--get-yargs-completions" || login?.endsWith("fish") === true) return;
  process.env["SHELL"] = line === undefined ? "bash" : "zsh";
}

function helpCommand({ argv, commands }: CommandLine): string {
  const command = commands.find((one) => argv.includes(verbOf(one)));
  return [program, ...(command === undefined ? [] : [verbOf(command)]), "--help"].join(" ");
}
