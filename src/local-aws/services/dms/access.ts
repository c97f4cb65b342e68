import type { Secret } from "../secrets-manager-state.ts";
import type { Role } from "../iam-state.ts";
import type { World } from "../../world.ts";
import { roleAllows, roleTrusts } from "./policy.ts";

/** What keeps DMS from a secret: the secret itself, or the role that it would read it with. */
export interface SecretProblem {
  readonly what: "secret" | "role";
  readonly message: string;
}

/**
 * Why DMS can't read this secret with this role, or nothing. The role must trust `dms.REGION.amazonaws.com` and allow
 * `secretsmanager:GetSecretValue` on the secret (user guide, security_iam_secretsmanager).
 */
export function secretProblem(
  world: World,
  secretId: string | undefined,
  roleArn: string | undefined,
): SecretProblem | undefined {
  const secret = findSecret(world, secretId);
  if (secret === undefined) {
    return { what: "secret", message: `Secrets Manager can't find the specified secret '${secretId ?? ""}'.` };
  }
  const role = findRole(world, roleArn);
  if (role === undefined) return { what: "role", message: `The role ${roleArn ?? ""} does not exist.` };
  const service = `dms.${world.region}.amazonaws.com`;
  if (!roleTrusts(role, service, world)) {
    return { what: "role", message: `${service} is not allowed to assume the role ${role.arn}.` };
  }
  if (!roleAllows(role, "secretsmanager:GetSecretValue", secret.arn)) {
    return {
      what: "role",
      message: `${role.arn} is not allowed to do secretsmanager:GetSecretValue on ${secret.arn}.`,
    };
  }
  return undefined;
}

/**
 * Why DMS can't run a data migration with this role, or nothing: its trust policy and the network model's permissions (user
 * guide, dm-iam-resources; step-by-step guide, dm-postgresql-step-1), those for logs when logs are wanted.
 */
export function serviceRoleProblem(world: World, roleArn: string | undefined, logs: boolean): string | undefined {
  const role = findRole(world, roleArn);
  if (role === undefined) return `The role ${roleArn ?? ""} does not exist.`;
  for (const service of ["dms-data-migrations.amazonaws.com", `dms.${world.region}.amazonaws.com`]) {
    if (!roleTrusts(role, service, world)) return `${service} is not allowed to assume the role ${role.arn}.`;
  }
  const group = `arn:aws:logs:${world.region}:${world.accountId}:log-group:dms-data-migration-0`;
  const needed: [action: string, resource: string][] = [
    ["ec2:DescribeVpcs", "*"],
    ["cloudwatch:PutMetricData", "*"],
  ];
  if (logs) {
    needed.push(["logs:CreateLogGroup", group]);
    needed.push(["logs:CreateLogStream", `${group}:log-stream:dms-data-migration-0`]);
    needed.push(["logs:PutLogEvents", `${group}:log-stream:dms-data-migration-0`]);
  }
  const missing = needed.find(([action, resource]) => !roleAllows(role, action, resource));
  return missing && `${role.arn} is not allowed to do ${missing[0]} on ${missing[1]}.`;
}

/** The secret of this name or ARN, unless it is scheduled for deletion. */
export function findSecret(world: World, nameOrArn: string | undefined): Secret | undefined {
  return [...world.secrets.values()].find(
    (secret) => (secret.arn === nameOrArn || secret.name === nameOrArn) && secret.deletedAt === undefined,
  );
}

function findRole(world: World, arn: string | undefined): Role | undefined {
  return [...world.iam.values()].find((role) => role.arn === arn);
}
