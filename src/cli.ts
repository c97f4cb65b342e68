#!/usr/bin/env node
import { exitCode, goesOn, Interrupted } from "./errors.ts";
import { runCommandLine } from "./run-command-line.ts";

const interrupt = new AbortController();
let answerToInterrupt: readonly [message?: string | undefined, hint?: string] = [];
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
const app = { stdout, stderr, env, signal: interrupt.signal };
const code = await runCommandLine(process.argv.slice(2), app, (command, on) => {
  answerToInterrupt = command.interrupted ?? [undefined, goesOn(on)];
});
// Sockets of an interrupted command may still be open: do not wait for them.
if (interrupt.signal.aborted) process.exit(code);
process.exitCode = code;
