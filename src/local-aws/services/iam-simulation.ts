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
 * the context that the request gives: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
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
      const { ResourceArns: resources = ["*"], ActionNames: actions = [] } = input;
      const asked = actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
      const page = pageOf(asked, {
        list: "iam:SimulatePrincipalPolicy",
        token: input.Marker,
        limit: input.MaxItems,
        keyOf: ({ action, resource }) => `${action} ${resource}`,
        refuse: invalidMarker,
      });
      const results = page.items.map(({ action, resource }) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decisions[policy === undefined ? "allowed" : evaluate(policy, { action, resource, context })],
        MatchedStatements: [],
        MissingContextValues: [],
      }));
      return { EvaluationResults: results, ...markerOf(page.next) };
    },
  };
}
