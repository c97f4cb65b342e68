import { namePrefix } from "../provision/resource.ts";
import { secretsStatements, serviceStatements, trustOfDms } from "../resources/dms-role-documents.ts";
import type { PolicyScope } from "./reach.ts";

/**
 * What a role that an administrator makes for DMS must trust and allow: what the tool's own roles do, for any run and for the new cluster's
 * own login (`--dms-login master`).
 */
export function dmsRole(purpose: "service-role" | "secrets-role", scope: PolicyScope) {
  const { account, region } = scope;
  return {
    AssumeRolePolicyDocument: trustOfDms({ account, region }),
    PolicyDocument: {
      Version: "2012-10-17",
      Statement: purpose === "service-role" ? serviceStatements() : readingSecrets(scope),
    },
  };
}

function readingSecrets({ account, region, stack }: PolicyScope) {
  const secret = `arn:aws:secretsmanager:${region}:${account}:secret:`;
  const ofStack = { StringEquals: { "aws:ResourceTag/aws:cloudformation:stack-name": stack } };
  return [
    ...secretsStatements([`${secret}${namePrefix}*`]),
    ...secretsStatements([`${secret}*`]).map((statement) => ({ ...statement, Condition: ofStack })),
  ];
}
