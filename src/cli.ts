#!/usr/bin/env node
import type { App } from "./command.ts";
import { commands } from "./commands/all.ts";
import { exitCode, Interrupted } from "./errors.ts";
import { explainError } from "./explain-error.ts";
import { overview, readableWidth } from "./overview.ts";
import { readSettings, type Settings } from "./settings.ts";
import { version } from "./version.ts";

const interrupt = new AbortController();
let answerToInterrupt: readonly [message?: string, hint?: string] = [];
/** Whether a script reads: by the flag, or by a setting, as soon as those are read. */
let json = process.argv.includes("--json");
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
const code = await main(process.argv.slice(2), { stdout, stderr, env, signal: interrupt.signal });
// Sockets of an interrupted command may still be open: do not wait for them.
if (interrupt.signal.aborted) process.exit(code);
process.exitCode = code;

async function main(argv: readonly string[], app: App): Promise<number> {
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
        answerToInterrupt = command.interrupted ?? [];
        json = args["json"] === true;
        ended = await command.run(args, app);
      },
    });
    return ended;
  } catch (error) {
    return report(app.signal.aborted ? app.signal.reason : error, app);
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
function report(thrown: unknown, app: App): number {
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
