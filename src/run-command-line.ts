import type { App, Command, CommandOptions } from "./command.ts";
import { defaultStack, type WorksOn } from "./command-for.ts";
import { commands } from "./commands/all.ts";
import { exitCode } from "./errors.ts";
import { explainError } from "./explain-error.ts";
import { overview, readableWidth } from "./overview.ts";
import { readSettings, type Settings } from "./settings.ts";
import { version } from "./version.ts";

/** Runs what the words after the program's name say, and tells what it fails with. Gives the exit code; never throws. */
export async function runCommandLine(
  argv: readonly string[],
  app: App,
  /** Told which command it is, right before that runs. */
  onCommand: (command: Command<CommandOptions>, on: WorksOn) => void = () => undefined,
): Promise<number> {
  /** Whether a script reads: by the flag, or by a setting, as soon as those are read. */
  let json = argv.includes("--json");
  let on: WorksOn = { stack: defaultStack };
  try {
    if (argv.length === 1 && argv[0] === "--help") {
      app.stdout.write(`${overview(commands, readableWidth(process.stdout))}\n`);
      return exitCode.proven;
    }
    const settings = await settingsFor(argv, app);
    const { callCommand } = await import("./command-line.ts");
    let ended: number = exitCode.proven;
    await callCommand({
      argv,
      commands,
      settings,
      async run(command, args) {
        json = args["json"] === true;
        if (typeof args["stack"] === "string") on = { stack: args["stack"] };
        onCommand(command, on);
        ended = await command.run(args, app);
      },
    });
    return ended;
  } catch (error) {
    return report(app.signal.aborted ? app.signal.reason : error, app, { json, ...on });
  }
}

/** The settings in force; none for who asks for words only, where they are wrong: that must not keep help from being shown. */
async function settingsFor(argv: readonly string[], app: App): Promise<Settings> {
  const words = ["--help", "--version", "completion", "--get-yargs-completions"];
  try {
    return await readSettings(commands, app.env);
  } catch (error) {
    if (argv.some((word) => words.includes(word))) return new Map();
    throw error;
  }
}

/** Tells an error on stderr, and as a document on stdout where one was asked for: a script gets JSON, whatever happens. */
function report(thrown: unknown, app: App, { json, stack }: WorksOn & { readonly json: boolean }): number {
  const expected = explainError(thrown, stack);

  if (expected === undefined) {
    const trace = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    app.stderr.write(
      `\nThis is a defect of bedrock-chat-migrate ${version}. Please report it with these lines:\n${trace}\n`,
    );
    return exitCode.defect;
  }
  app.stderr.write(`\n${expected.message}\n\n${expected.hint}\n`);
  const error = { message: expected.message, hint: expected.hint, exitCode: expected.exitCode };
  if (json) app.stdout.write(`${JSON.stringify({ error }, undefined, 2)}\n`);
  return expected.exitCode;
}
