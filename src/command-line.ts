import yargs, { type Argv } from "yargs";
import type { Command, CommandOptions } from "./command.ts";
import { program, refuseUnknown, unknownCommand, verbOf } from "./command-words.ts";
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
  let called = false;
  let cli = yargs([...line.argv])
    .scriptName(program)
    .locale("en")
    .usage(`$0 <command>\n\n${introduction}`)
    .version(version)
    // A flag that is given twice: the last one counts, as everywhere.
    .parserConfiguration({ "duplicate-arguments-array": false })
    .demandCommand(1, "Name a command first, then its flags.")
    .completion(completion.usage, completion.describe)
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
      const withOptions = builder.options(needingValues(withSettings(command.options, line.settings)));
      return command.examples.reduce((one, [usage, why]) => one.example(usage, why), withOptions);
    },
    async (args) => {
      called();
      refuseUnknown(command, args, line.argv);
      await line.run(command, args);
    },
  );
}

/** yargs takes `--stack` with nothing after it for an empty text; so it is an error. */
function needingValues<O extends CommandOptions>(options: O): O {
  const entries = Object.entries(options).map(([name, option]) =>
    option.type === "string" || option.type === "number" ? [name, { ...option, requiresArg: true }] : [name, option],
  );
  return Object.fromEntries(entries) as O;
}

function helpCommand({ argv, commands }: CommandLine): string {
  const command = commands.find((one) => argv.includes(verbOf(one)));
  return [program, ...(command === undefined ? [] : [verbOf(command)]), "--help"].join(" ");
}
