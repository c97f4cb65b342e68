import type { CommandOptions } from "../command.ts";

/** What an operator can give DMS instead of what the tool takes or makes by itself. */
export const placementOptions = {
  "service-role-arn": {
    type: "string",
    coerce: roleArnOf("service-role-arn"),
    defaultDescription: "one is made for the run",
    describe: "Role that the data migration runs with; `iam-policy --for service-role` prints what it needs",
  },
  "secrets-role-arn": {
    type: "string",
    coerce: roleArnOf("secrets-role-arn"),
    defaultDescription: "one is made for the run",
    describe: "Role that DMS reads both logins with; `iam-policy --for secrets-role` prints what it needs",
  },
  "subnet-ids": {
    type: "string",
    coerce: subnetIdsOf,
    defaultDescription: "the stack's private subnets",
    describe: "Subnets for DMS's network interface, in two zones: ID,ID",
  },
} as const satisfies CommandOptions;

/** The same two roles, where it is about what the operator may do. */
export const dmsRolesOption = {
  "dms-roles": {
    type: "string",
    coerce: rolesOf,
    defaultDescription: "the tool makes them",
    describe:
      "ARNs of both roles that an administrator has made for DMS, ARN,ARN: the operator passes these, and makes none",
  },
} as const satisfies CommandOptions;

/** A role's ARN. Throws an Error, which yargs makes a usage error of, for anything else. */
function roleArnOf(flag: string): (arn: string) => string {
  return (arn) => {
    if (/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn)) return arn;
    throw new Error(`--${flag} takes the ARN of a role, like arn:aws:iam::111122223333:role/NAME: "${arn}" is none.`);
  };
}

function rolesOf(list: string): string[] {
  const arns = list.split(",").map((one) => roleArnOf("dms-roles")(one.trim()));
  return [...new Set(arns)];
}

function subnetIdsOf(list: string): string[] {
  const ids = list.split(",").map((one) => one.trim());
  const wrong = ids.find((one) => !/^subnet-[0-9a-f]+$/.test(one));
  if (wrong === undefined && ids.length >= 2) return ids;
  throw new Error(`--subnet-ids takes two or more ids of subnets, like subnet-0a1b,subnet-0c2d: not "${list}".`);
}
