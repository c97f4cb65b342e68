#!/usr/bin/env node
import yargs, { type Argv, type Options } from "yargs";
import { hideBin } from "yargs/helpers";
import type { App, Command, CommandOptions } from "./command.ts";
import { commands } from "./commands/all.ts";
import { exitCode, Interrupted, UsageError } from "./errors.ts";
import { explainError } from "./explain-error.ts";
import { readConfig, withDefaults } from "./settings.ts";
import { version } from "./version.ts";

const interrupt = new AbortController();
let answerToInterrupt: readonly [message?: string, hint?: string] = [];
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    // The second one does not wait for anything.
    if (interrupt.signal.aborted) process.exit(exitCode.interrupted);
    process.stderr.write("\nStopping …\n");
    interrupt.abort(new Interrupted(...answerToInterrupt));
  });

// A reader that has gone (`| head`) needs no message; a result that cannot be written must not look like one.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.stderr.write(`\nThe result cannot be written: ${error.message}\n`);
  process.exit(error.code === "EPIPE" ? exitCode.interrupted : exitCode.defect);
});

const { stdout, stderr, env } = process;
const code = await main(hideBin(process.argv), { stdout, stderr, env, signal: interrupt.signal });
// Sockets of an interrupted command may still be open: do not wait for them.
if (interrupt.signal.aborted) process.exit(code);
process.exitCode = code;

async function main(argv: readonly string[], app: App): Promise<number> {
  try {
    let ended: number = exitCode.proven;
    let cli = yargs([...argv])
      .scriptName("bedrock-chat-migrate")
      .usage(
        "$0 <command>\n\nCarries the pgvector data of Bedrock Chat from its old Aurora cluster to the new one, and proves it.",
      )
      .version(version)
      .strict()
      .demandCommand(1, "Name a command.")
      .recommendCommands()
      .wrap(Math.min(110, process.stdout.columns ?? 110))
      .epilogue(
        "Exit codes: 0 done and proven; 1 failed, or the data differs; 2 usage or configuration; 3 could not verify;\n4 a wait ran out (run the same command again); 70 a defect of ours; 130 interrupted.\n\nEvery flag can be set as BEDROCK_CHAT_MIGRATE_<FLAG>, or in bedrock-chat-migrate.config.json.",
      )
      .fail((message, error: Error | undefined) => {
        // yargs names its own errors so, those about a flag's value among them; all others come from a command.
        if (error !== undefined && error.name !== "YError") throw error;
        throw new UsageError(message || (error?.message ?? ""), "See `bedrock-chat-migrate --help`.");
      });
    const config = await readConfig(new Set(commands.flatMap((command) => Object.keys(command.options))));
    for (const command of commands) cli = register(cli, command, { app, config, ended: (result) => (ended = result) });
    await cli.parseAsync();
    return ended;
  } catch (error) {
    return report(app.signal.aborted ? app.signal.reason : error, argv.includes("--json"), app);
  }
}

interface Registration {
  readonly app: App;
  readonly config: Awaited<ReturnType<typeof readConfig>>;
  readonly ended: (code: number) => void;
}

function register(cli: Argv, command: Command<CommandOptions>, { app, config, ended }: Registration): Argv {
  return cli.command(
    command.usage,
    command.describe,
    (builder) => {
      const options = Object.entries(withDefaults(command.options, app.env, config));
      const withOptions = builder.options(
        Object.fromEntries(options.map(([name, option]) => [name, lastCounts(option)])),
      );
      return command.examples.reduce((one, [usage, why]) => one.example(usage, why), withOptions);
    },
    async (args) => {
      answerToInterrupt = command.interrupted ?? [];
      ended(await command.run(args, app));
    },
  );
}

/** A flag that is given twice: the last one counts, as everywhere, unless it takes several values. */
function lastCounts(option: Options): Options {
  if (option.array === true) return option;
  const coerce: (value: unknown) => unknown = option.coerce ?? ((value) => value);
  return { ...option, coerce: (value: unknown) => coerce(Array.isArray(value) ? value.at(-1) : value) };
}

/** Tells an error on stderr, and as a document on stdout where one was asked for: a script gets JSON, whatever happens. */
function report(thrown: unknown, json: boolean, app: App): number {
  const expected = explainError(thrown);
  if (expected === undefined) {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    app.stderr.write(
      `\nThis is a defect of bedrock-chat-migrate ${version}. Please report it with these lines:\n${stack}\n`,
    );
    return exitCode.defect;
  }
  app.stderr.write(`\n${expected.message}\n\n${expected.hint}\n`);
  const error = { message: expected.message, hint: expected.hint, exitCode: expected.exitCode };
  if (json) app.stdout.write(`${JSON.stringify({ error }, undefined, 2)}\n`);
  return expected.exitCode;
}
