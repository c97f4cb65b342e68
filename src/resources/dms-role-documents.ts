export interface Statement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
}

/**
 * The service principals that DMS may come as. AWS's pages name three for homogeneous data migrations and disagree on which is needed
 * (User Guide, security_iam_secretsmanager and dm-iam-resources): all are trusted.
 */
export function dmsPrincipals(region: string): string[] {
  return ["dms-data-migrations.amazonaws.com", "dms.amazonaws.com", `dms.${region}.amazonaws.com`];
}

/** The trust policy of a role that DMS assumes, for this account only. */
export function trustOfDms({ region, account }: { readonly region: string; readonly account: string }) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: dmsPrincipals(region) },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ],
  };
}

/** What a data migration needs for itself (User Guide, dm-iam-resources): the service role's permissions. */
export function serviceStatements(): Statement[] {
  const logs = "arn:aws:logs:*:*:log-group:dms-data-migration-*";
  return [
    { Effect: "Allow", Action: ["ec2:DescribeVpcs"], Resource: "*" },
    { Effect: "Allow", Action: ["logs:CreateLogGroup"], Resource: logs },
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${logs}:log-stream:dms-data-migration-*`,
    },
    { Effect: "Allow", Action: ["cloudwatch:PutMetricData"], Resource: "*" },
  ];
}

/** Reading both logins: the secrets role's permissions. */
export function secretsStatements(secretArns: readonly string[]): Statement[] {
  return [
    {
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
      Resource: secretArns,
    },
  ];
}
