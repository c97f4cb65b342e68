import type { PolicyDocument, PolicyStatement } from "./operator-policy.ts";

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
  const inParts = "write it in parts that each fit, with --directory DIR";
  if (size > inlineLimits.role) return `${why}, an inline one of a role ${count(inlineLimits.role)}: ${inParts}.`;
  return `${why}: ${inParts}, or put it into a role as an inline policy (${count(inlineLimits.role)}).`;
}

/** The policy as managed policies that allow the same together, each as many whole statements, in their order, as fit. */
export function inManagedPolicies({ Version, Statement }: PolicyDocument): PolicyDocument[] {
  const parts: PolicyStatement[][] = [];
  for (const statement of Statement) {
    const last = parts.at(-1);
    if (last && policySize({ Version, Statement: [...last, statement] }) <= managedLimit) last.push(statement);
    else parts.push([statement]);
  }
  return parts.map((statements) => ({ Version, Statement: statements }));
}
