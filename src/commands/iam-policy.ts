import { defineCommand } from "../command.ts";
import { exitCode, UsageError } from "../errors.ts";
import type { PolicyScope } from "../iam-policy/reach.ts";
import { commonOptions } from "./open-run.ts";
import { dmsRolesOption } from "./placement-options.ts";

export const iamPolicyCommand = defineCommand({
  usage: "iam-policy",
  describe: "Print the IAM policy that an operator needs, narrowed by name and tag",
  options: {
    account: { type: "string", describe: "AWS account, 12 digits [default: any]" },
    region: { type: "string", describe: "AWS Region [default: any]" },
    stack: commonOptions.stack,
    snapshot: {
      type: "string",
      describe: "The only cluster snapshot that may be restored: identifier or ARN [default: any]",
    },
    directory: { type: "string", describe: "Write it into this folder, as managed policies that each fit" },
    for: {
      choices: ["operator", "service-role", "secrets-role"] as const,
      default: "operator" as const,
      describe: "Whose: the operator's, or a role's that an administrator makes for start-dms-migration",
    },
    ...dmsRolesOption,
    json: { ...commonOptions.json, describe: "List what --directory writes as JSON; a policy is a JSON document" },
  },
  examples: [
    ["$0 iam-policy --account 111122223333 --region eu-west-1 > policy.json", "for one account and Region"],
    ["$0 iam-policy --directory policies", "in files, as many as IAM's limit takes"],
  ],
  async run(args, app) {
    const scope = { ...scopeOf(args), dmsRoles: args["dms-roles"] };
    if (args.for !== "operator") {
      if (scope.account === "*" || scope.region === "*")
        throw new UsageError("A role trusts DMS in one account and Region.", "Say which: --account and --region.");
      const { dmsRole } = await import("../iam-policy/dms-role.ts");
      app.stdout.write(`${JSON.stringify(dmsRole(args.for, scope), undefined, 2)}\n`);
      return exitCode.proven;
    }
    const { operatorPolicy } = await import("../iam-policy/operator-policy.ts");
    const { inManagedPolicies, policySize, tooLong } = await import("../iam-policy/policy-size.ts");
    const policy = operatorPolicy(scope);
    if (args.directory !== undefined) {
      const { writeParts } = await import("../iam-policy/write-parts.ts");
      const files = await writeParts(args.directory, inManagedPolicies(policy));
      app.stdout.write(args.json ? `${JSON.stringify({ files }, undefined, 2)}\n` : `${files.join("\n")}\n`);
      return exitCode.proven;
    }
    app.stdout.write(`${JSON.stringify(policy, undefined, 2)}\n`);
    const warning = tooLong(policySize(policy));
    if (warning !== undefined) app.stderr.write(`${warning}\n`);
    return exitCode.proven;
  },
});

/**
 * Only what IAM takes for nothing but a name: a wildcard in one of them would widen the policy unseen. AWS is not asked: an administrator
 * runs this before there are permissions to ask with.
 */
function scopeOf(
  args: Readonly<Record<"account" | "region" | "snapshot", string | undefined>> & { stack: string },
): PolicyScope {
  const { account = "*", region = "*", stack, snapshot } = args;
  if (account !== "*" && !/^\d{12}$/.test(account))
    throw new UsageError(
      `"${account}" is no AWS account.`,
      "--account takes its 12 digits; left out, it is any account.",
    );
  if (region !== "*" && !/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region))
    throw new UsageError(`"${region}" is no AWS Region.`, "--region takes a name like eu-west-1; left out, it is any.");
  if (/^(cn|us-gov|us-iso)/.test(region))
    throw new UsageError(
      `Region ${region} is of another partition than aws.`,
      "This tool names what it makes by ARNs that begin with arn:aws:, and works in the aws partition only.",
    );
  // CloudFormation's own rule (CreateStack, StackName).
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stack))
    throw new UsageError(
      `"${stack}" is no stack's name.`,
      "--stack takes the name, not the ARN: letters, digits and hyphens, a letter first, 128 at most.",
    );
  return { account, region, stack, snapshot: snapshot && arnOfSnapshot(snapshot, { account, region }) };
}

/** The ARN of a cluster snapshot that is told by it, or by its identifier as restore-snapshot takes it. */
function arnOfSnapshot(snapshot: string, { account, region }: Pick<PolicyScope, "account" | "region">): string {
  const arn = snapshot.startsWith("arn:") ? snapshot : `arn:aws:rds:${region}:${account}:cluster-snapshot:${snapshot}`;
  const [, itsRegion = ""] =
    /^arn:aws:rds:([a-z0-9-]+|\*):(?:\d{12}|\*):cluster-snapshot:[A-Za-z0-9:-]+$/.exec(arn) ?? [];
  if (itsRegion !== "" && ["*", itsRegion].includes(region)) return arn;
  throw new UsageError(
    `"${snapshot}" is no cluster snapshot${region === "*" ? "" : ` of ${region}`}.`,
    "--snapshot takes its identifier, or, where another account shares it, its ARN.",
  );
}
