import { commandFor, type WorksOn } from "../command-for.ts";

/** What to do about a permission that is lacking. */
export function howToAllow({ stack }: WorksOn): string {
  return `\`${commandFor("iam-policy", { stack })}\` prints the policy that this role or user needs.`;
}

/**
 * What AWS does not let the caller do, on one line that begins with the action: `AWS denies rds:DeleteDBCluster: User: …`. Undefined for
 * every other error; DMS's `AccessDeniedFault` is one: it tells of the roles that DMS itself was given. The sentence that has the action:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !/^(AccessDenied(Exception)?|UnauthorizedOperation)$/.test(error.name))
    return undefined;
  const message = error.message.replaceAll(/\s+/g, " ");
  const [, action] = / not authorized to perform: ([a-z0-9-]+:\w+)/i.exec(message) ?? [];
  if (action === undefined) return `AWS denies it: ${message}`;
  // EC2 adds the same once more, encoded in a thousand characters.
  return `AWS denies ${action}: ${message.replace(/\.? Encoded authorization failure message: \S+$/, "")}`;
}
