import { AwsFault } from "./fault.ts";

/**
 * Refuses input members that the local AWS would have to ignore, with a code that AWS does not have and a status that no client
 * retries: what is answered with success has been done.
 */
export function supportsOnly<Input extends object>(input: Input, ...members: readonly (keyof Input & string)[]): void {
  const beyond = Object.keys(input).filter((name) => !(members as readonly string[]).includes(name));
  if (beyond.length > 0) throw unsupported(beyond.join(", "));
}

/** The refusal of something that AWS has and the local AWS does not. */
export function unsupported(what: string): AwsFault {
  return new AwsFault("LocalAwsUnsupported", `The local AWS does not support ${what}.`, 501);
}
