import { commandFor, defaultStack, type WorksOn } from "./command-for.ts";

/** The documented exit codes of every command. */
export const exitCode = {
  proven: 0,
  failed: 1,
  usage: 2,
  unverified: 3,
  waitRanOut: 4,
  defect: 70,
  interrupted: 130,
} as const;

/** An error the operator can act on: what happened, and the next command, SQL or setting that mends it. */
export class ExpectedError extends Error {
  readonly hint: string;
  readonly exitCode: number;

  constructor(message: string, hint: string, code: number = exitCode.failed, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.hint = hint;
    this.exitCode = code;
  }
}

/** Wrong flags, settings, stack or credentials: nothing was begun. */
export class UsageError extends ExpectedError {
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, hint, exitCode.usage, options);
  }
}

/** Something that had to be looked at could not be: never reported as equal. */
export class UnverifiedError extends ExpectedError {
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, hint, exitCode.unverified, options);
  }
}

/** What to do after an interruption. */
export function goesOn(on: WorksOn): string {
  return `\`${commandFor("status", on)}\` shows what exists; the same command goes on.`;
}

/** Ctrl-C, as the abort signal's reason. */
export class Interrupted extends ExpectedError {
  constructor(message = "Stopped. Nothing was undone.", hint = goesOn({ stack: defaultStack })) {
    super(message, hint, exitCode.interrupted);
  }
}

/** Another command works on the same thing: what is there is its own to end. */
export class OtherCommandError extends ExpectedError {}

/** A wait's deadline passed. What was waited for may still come: the same command goes on. */
export class WaitTimeoutError extends ExpectedError {
  constructor(what: string, state: string, minutes: number) {
    super(
      `${what} was still "${state}" after ${minutes.toFixed(0)} minutes.`,
      "Nothing was undone. Run the same command again to go on waiting.",
      exitCode.waitRanOut,
    );
  }
}
