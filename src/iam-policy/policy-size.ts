import type { PolicyDocument } from "./operator-policy.ts";

/** Characters that IAM allows, whitespace not counted (IAM User Guide, reference_iam-quotas). */
const managedLimit = 6144;
const inlineLimits = { role: 10_240, group: 5120, user: 2048 };

/** Characters of a policy as IAM counts them: without whitespace. No name in it can hold any. */
export function policySize(document: PolicyDocument): number {
  return JSON.stringify(document).length;
}

/** What to say of a policy that is too long for a managed one; undefined for one that fits. */
export function tooLong(size: number): string | undefined {
  if (size <= managedLimit) return undefined;
  const count = (characters: number) => characters.toLocaleString("en");
  const why = `The policy has ${count(size)} characters, and a managed policy may have ${count(managedLimit)}`;
  if (size > inlineLimits.role) return `${why}, an inline one ${count(inlineLimits.role)}: split it by its statements.`;
  return `${why}: attach it to a role as an inline policy (${count(inlineLimits.role)}), or split it by its statements.`;
}
