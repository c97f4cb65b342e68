import * as sdk from "@aws-sdk/client-iam";
import type { Service } from "../service.ts";
import { rolePolicyHandlers } from "./iam-role-policies.ts";
import { roleHandlers } from "./iam-roles.ts";

/** AWS IAM, roles only: https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html */
export function iamService(): Service {
  return {
    signingName: "iam",
    protocol: "query",
    target: "2010-05-08",
    xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    missingMemberCode: "ValidationError",
    sdk,
    handlers: { ...roleHandlers, ...rolePolicyHandlers },
  };
}
