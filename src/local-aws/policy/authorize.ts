import { operatorArn } from "../arn.ts";
import type { World } from "../world.ts";
import { contextOf } from "./condition-keys.ts";
import type { Policy } from "./document.ts";
import { evaluate } from "./evaluate.ts";
import { permissionsOf } from "./operation-permissions.ts";

/** A call that was understood, not yet acted on. */
interface AuthorizedCall {
  /** The signing name. */
  readonly service: string;
  readonly operation: string;
  readonly input: object;
}

/**
 * Why the policy does not let the operator make this call, in AWS's words; `undefined` where it does. The first permission that is
 * missing is named: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialOf(policy: Policy, { service, operation, input }: AuthorizedCall, world: World) {
  const permissions = permissionsOf(service, operation);
  if (permissions === undefined) return denial(world, `${service}:${operation}`, "*", "implicitly-denied");
  for (const permission of permissions(input, world)) {
    const { action, resource } = permission;
    const decision = evaluate(policy, { action, resource, context: contextOf(permission, world) });
    if (decision !== "allowed") return denial(world, action, resource, decision);
  }
  return undefined;
}

/** The sentence that AWS refuses with. */
export function denial(
  caller: { readonly accountId: string },
  action: string,
  resource: string,
  decision: "explicitly-denied" | "implicitly-denied",
): string {
  const who = `User: ${operatorArn(caller)} is not authorized to perform: ${action} on resource: ${resource}`;
  return decision === "explicitly-denied"
    ? `${who} with an explicit deny in an identity-based policy`
    : `${who} because no identity-based policy allows the ${action} action`;
}
