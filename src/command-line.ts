import yargs, { type Argv, type FallbackCompletionFunction, type Options, type PositionalOptions } from "yargs";
import type { Command, CommandOptions } from "./command.ts";
import { program } from "./command-for.ts";
import { isWord, refuseUnknown, unknownCommand, verbOf } from "./command-words.ts";
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
  const named = line.commands.find((command) => verbOf(command) === line.argv[0]);
  if (named !== undefined && !line.argv.includes("--help")) await runNamed(named, line);
  else await answerOrRun(line);
}

/**
 * Runs the command that the first word names. To yargs it is the default one: it writes the help of every other command that it runs,
 * wanted or not, which is a tenth of the time to the first call of AWS.
 */
async function runNamed(command: AnyCommand, line: CommandLine): Promise<void> {
  await parserOf(line, line.argv.slice(1))
    .command(
      command.usage.replace(verbOf(command), "$0"),
      command.describe,
      (builder) => describeOptions(builder, command, line.settings),
      async (args) => {
        refuseUnknown(command, args, { words: args._, argv: line.argv });
        await line.run(command, args);
      },
    )
    .parseAsync();
}

/** Answers what asks for words (help, version, completion), and runs a command that stands behind its flags. */
async function answerOrRun(line: CommandLine): Promise<void> {
  answerAskingShell(line.argv);
  let called = false;
  let cli = parserOf(line, line.argv)
    .usage(`$0 <command>\n\n${introduction}`)
    .demandCommand(1, "Name a command first, then its flags.")
    .completion(completion.usage, completion.describe, candidates(line))
    .wrap(readableWidth(process.stdout))
    .epilogue(closing);
  for (const command of line.commands)
    cli = cli.command(
      command.usage,
      command.describe,
      (builder) => {
        const described = describeOptions(builder, command, line.settings);
        return command.examples.reduce((one, [usage, why]) => one.example(usage, why), described);
      },
      async (args) => {
        called = true;
        refuseUnknown(command, args, { words: args._.slice(1), argv: line.argv });
        await line.run(command, args);
      },
    );
  const { _: words } = await cli.parseAsync();
  if (!called) throw unknownCommand(String(words[0]), line.argv, line.commands);
}

function parserOf(line: CommandLine, argv: readonly string[]): Argv {
  return yargs([...argv])
    .scriptName(program)
    .locale("en")
    .version(version)
    .fail((message, error: Error | undefined) => {
      // yargs names its own errors so, those about a flag's value among them; all others come from a command.
      if (error !== undefined && error.name !== "YError") throw error;
      throw new UsageError(message || (error?.message ?? ""), `See \`${helpCommand(line)}\`.`);
    });
}

function describeOptions(builder: Argv, command: AnyCommand, settings: Settings): Argv {
  let described = builder;
  for (const [name, option] of Object.entries(withSettings(command.options, settings))) {
    described = isWord(command, name)
      ? described.positional(name, option as PositionalOptions)
      : described.option(name, { ...lastCounts(option), requiresArg: takesText(option) });
  }
  return described;
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
