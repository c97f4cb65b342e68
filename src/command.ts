import type { InferredOptionTypes, Options } from "yargs";
import type { Environment, OutputStream } from "./output-stream.ts";

/** What a command has of the process it runs in. */
export interface App {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

export type CommandOptions = Readonly<Record<string, Options>>;

/** One verb of the command line: its flags, and one call. Gives the exit code. */
export interface Command<O extends CommandOptions> {
  /** As yargs takes it: the verb, and positional arguments if it has any. */
  readonly usage: string;
  readonly describe: string;
  readonly options: O;
  readonly examples: readonly (readonly [string, string])[];
  /** What Ctrl-C is answered with, where it is not "nothing was undone, the same command goes on". */
  readonly interrupted?: readonly [message: string, hint: string];
  run(args: InferredOptionTypes<O>, app: App): Promise<number>;
}

/** Keeps the types of a command's flags. */
export function defineCommand<const O extends CommandOptions>(command: Command<O>): Command<O> {
  return command;
}
