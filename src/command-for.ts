/** The name of the command line, as examples and errors spell it. */
export const program = "bedrock-chat-migrate";

/** The stack that a command works on without --stack: upstream's name for it. */
export const defaultStack = "BedrockChatStack";

/** What a command is to work on. A run that a command chooses by itself is left out. */
export interface WorksOn {
  readonly stack: string;
  readonly run?: string | undefined;
}

/**
 * A command of this program for the operator to type, that works on the same stack as the one that prints it: `commandFor("cleanup", { stack })`.
 * The words that follow are its further flags, each quoted as a shell takes it.
 */
export function commandFor(verb: string, { stack, run }: WorksOn, ...words: readonly string[]): string {
  const flags = [
    ...(stack === defaultStack ? [] : ["--stack", stack]),
    ...(run === undefined ? [] : ["--run", run]),
    ...words,
  ];
  return [program, verb, ...flags.map(quoted)].join(" ");
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
