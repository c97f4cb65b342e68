import { holds, type RequestContext } from "./condition.ts";
import type { Policy, Statement } from "./document.ts";
import { fits } from "./wildcards.ts";

/** One thing that a caller asks to be allowed. */
export interface AccessRequest {
  /** `rds:DescribeDBClusters`. */
  readonly action: string;
  /** An ARN; `*` for actions that AWS ties to no resource. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** What a policy says to a request. */
export type Decision = "allowed" | "explicitly-denied" | "implicitly-denied";

/**
 * A Deny that fits wins over every Allow, and without an Allow that fits there is no access:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(policy: Policy, request: AccessRequest): Decision {
  const effects = new Set(policy.statements.filter((one) => applies(one, request)).map(({ effect }) => effect));
  if (effects.has("Deny")) return "explicitly-denied";
  return effects.has("Allow") ? "allowed" : "implicitly-denied";
}

/** Actions have no case, resources have one. */
function applies({ actions, resources, conditions }: Statement, request: AccessRequest): boolean {
  const action = request.action.toLowerCase();
  return (
    actions.patterns.some((pattern) => fits(pattern.toLowerCase(), action)) !== actions.except &&
    resources.patterns.some((pattern) => fits(pattern, request.resource)) !== resources.except &&
    conditions.every((condition) => holds(condition, request.context))
  );
}
