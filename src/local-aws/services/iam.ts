import * as sdk from "@aws-sdk/client-iam";
import type { Policy } from "../policy/document.ts";
import type { Service } from "../service.ts";
import { rolePolicyHandlers } from "./iam-role-policies.ts";
import { roleHandlers } from "./iam-roles.ts";
import { simulationHandlers } from "./iam-simulation.ts";

/** AWS IAM, roles, and what the operator's policy allows: https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html */
export function iamService(policy?: Policy): Service {
  return {
    signingName: "iam",
    protocol: "query",
    target: "2010-05-08",
    xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    missingMemberCode: "ValidationError",
    sdk,
    handlers: { ...roleHandlers, ...rolePolicyHandlers, ...simulationHandlers(policy) },
  };
}
