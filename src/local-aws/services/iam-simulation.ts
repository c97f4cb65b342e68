import type * as sdk from "@aws-sdk/client-iam";
import { operatorArn } from "../arn.ts";
import { AwsFault } from "../fault.ts";
import { pageOf } from "../paging.ts";
import { callerContext } from "../policy/condition-keys.ts";
import type { Policy } from "../policy/document.ts";
import { type Decision, evaluate } from "../policy/evaluate.ts";
import type { Handlers } from "../service.ts";
import { supportsOnly } from "../unsupported.ts";
import { invalidMarker, markerOf } from "./iam-roles.ts";

const decisions: Readonly<Record<Decision, sdk.PolicyEvaluationDecisionType>> = {
  allowed: "allowed",
  "explicitly-denied": "explicitDeny",
  "implicitly-denied": "implicitDeny",
};

/**
 * What the operator may do, by the policy that calls are held to; everything without one. Each action is asked for on each resource, with
 * the context that the request gives. One result an action: its decision is that of the resource that is worst off, and where resources are
 * named, each has its own beneath it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html, API_EvaluationResult.html
 */
export function simulationHandlers(policy: Policy | undefined): Handlers<typeof sdk> {
  return {
    SimulatePrincipalPolicy(input, { world }) {
      supportsOnly(input, "PolicySourceArn", "ActionNames", "ResourceArns", "ContextEntries", "MaxItems", "Marker");
      if (input.PolicySourceArn !== operatorArn(world))
        throw new AwsFault("NoSuchEntity", `The entity ${input.PolicySourceArn} cannot be found.`, 404);
      const given = (input.ContextEntries ?? []).map(
        ({ ContextKeyName: key = "", ContextKeyValues: values = [] }): [string, string[]] => [
          key.toLowerCase(),
          values,
        ],
      );
      const context = new Map([...callerContext(world), ...given]);
      const decide = (action: string, resource: string) =>
        policy === undefined ? "allowed" : evaluate(policy, { action, resource, context });
      const page = pageOf(input.ActionNames ?? [], {
        list: "iam:SimulatePrincipalPolicy",
        token: input.Marker,
        limit: input.MaxItems,
        keyOf: (action) => action,
        refuse: invalidMarker,
      });
      const results = page.items.map((action) => resultOf(action, input.ResourceArns ?? [], decide));
      return { EvaluationResults: results, ...markerOf(page.next) };
    },
  };
}

function resultOf(
  action: string,
  resources: readonly string[],
  decide: (action: string, resource: string) => Decision,
): sdk.EvaluationResult {
  const each = (resources.length === 0 ? ["*"] : resources).map((resource) => ({
    resource,
    decision: decide(action, resource),
  }));
  const [first] = each;
  return {
    EvalActionName: action,
    EvalResourceName: first?.resource ?? "*",
    EvalDecision: decisions[worst(each.map(({ decision }) => decision))],
    MatchedStatements: [],
    MissingContextValues: [],
    ...(resources.length > 0 && {
      ResourceSpecificResults: each.map(({ resource, decision }) => ({
        EvalResourceName: resource,
        EvalResourceDecision: decisions[decision],
        MatchedStatements: [],
        MissingContextValues: [],
      })),
    }),
  };
}

function worst(all: readonly Decision[]): Decision {
  const order: readonly Decision[] = ["explicitly-denied", "implicitly-denied"];
  return order.find((decision) => all.includes(decision)) ?? "allowed";
}
