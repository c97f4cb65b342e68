import { namePrefix, stackTag } from "../provision/resource.ts";

/** What a policy is for. `*` stands for any account, and for any Region. */
export interface PolicyScope {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  /** ARN of the one cluster snapshot that may be restored; any of the account when left out. */
  readonly snapshot?: string | undefined;
  /** Roles that an administrator has made for DMS: the operator makes none then. */
  readonly dmsRoles?: readonly string[] | undefined;
}

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What an action may be done to. */
interface Reach {
  readonly resources: (scope: PolicyScope) => readonly string[];
  readonly condition?: (scope: PolicyScope) => Condition;
}

/**
 * Everything that a permission can reach; the name is the Sid of its statement. Names narrow where the tool gives the name, tags where AWS
 * makes up the identifier (DMS, EC2); what ends or opens something needs the run's tag besides its name. A look does not: what is not
 * there (yet) has no tags, and the answer must be "not found", not "denied". Types of resources and condition keys: Service
 * Authorization Reference.
 */
export const reaches = {
  /** Lists, and looks that AWS does not narrow or that the tool makes page by page. */
  LookAround: { resources: () => ["*"] },
  LookAtStack: { resources: (scope) => [arn("cloudformation", scope, `stack/${scope.stack}/*`)] },
  /** CloudFormation names the stack's schedules; whether with the stack's name is not said. */
  LookAtSchedules: { resources: (scope) => [arn("scheduler", scope, "schedule/*")] },
  /** Whoever runs the tool: which user or role that is cannot be known here. */
  LookAtOwnPermissions: {
    resources: ({ account }) => ["role", "user"].map((type) => `arn:aws:iam::${account}:${type}/*`),
  },
  ReadBots: { resources: (scope) => [arn("dynamodb", scope, `table/${scope.stack}-*`)] },
  /** CloudFormation names the secret after the template's id, without the stack: its tag tells whose it is. */
  ReadLoginOfStack: { resources: (scope) => [arn("secretsmanager", scope, "secret:*")], condition: ofStack },

  /** By SQL, as the user of a secret that can be read; CloudFormation tags the cluster. */
  QueryDatabaseOfStack: { resources: (scope) => [arn("rds", scope, "cluster:*")], condition: ofStack },

  /** What AWS finds by a name that the tool gives; nothing is made without the tag. */
  MakeForRuns: {
    resources: (scope) => [
      ...databases(scope),
      ...snapshots(scope),
      ...secrets(scope),
      ...roles(scope),
      ...securityGroups(scope),
    ],
    condition: taggedInRequest,
  },
  /** AWS knows no resource for the creation of data providers and instance profiles. */
  MakeForRunsInDms: { resources: () => ["*"], condition: taggedInRequest },
  ChangeWhatRunsMade: {
    resources: (scope) => [
      ...databases(scope),
      ...secrets(scope),
      ...roles(scope),
      ...securityGroups(scope),
      arn("dms", scope, "*"),
    ],
    condition: ofRuns,
  },
  /** What a restored cluster and its instance refer to: none of it is changed. */
  MakeDatabasesFrom: {
    resources: (scope) => [
      scope.snapshot ?? arn("rds", scope, "cluster-snapshot:*"),
      ...["cluster-pg:default.*", "og:default:*", "pg:default.*", "subgrp:*"].map((part) => arn("rds", scope, part)),
    ],
  },
  /** AWS's reference requires it for the deletion of a cluster. The tool asks for no final snapshot: whether it counts then is not said. */
  FinalSnapshotsOfRuns: { resources: snapshots },
  /** Of the stack's clusters, before the deploy and after it: CloudFormation begins their names with the stack's. */
  SnapshotClustersOfStack: {
    resources: (scope) => [arn("rds", scope, `cluster:${scope.stack.toLowerCase()}-*`)],
  },
  LookAtSecretsOfRuns: { resources: secrets },
  /** By name only: a role's tags are known to IAM some seconds after the role. */
  WriteRolesOfRuns: { resources: roles },
  /** The principals that the roles trust: AWS's pages disagree on which of them DMS is. */
  PassRolesToDms: {
    resources: roles,
    condition: ({ region }) => ({
      StringLike: {
        "iam:PassedToService": [
          "dms-data-migrations.amazonaws.com",
          "dms.amazonaws.com",
          `dms.${region}.amazonaws.com`,
        ],
      },
    }),
  },
  /** The account's own role: looked for, and made where the account lacks it. It is no run's, and has no tag of one. */
  MakeDmsVpcRole: { resources: dmsVpcRole },
  AttachPolicyOfDmsVpcRole: {
    resources: dmsVpcRole,
    condition: () => ({
      ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole" },
    }),
  },

  MakeSecurityGroupIn: { resources: (scope) => [arn("ec2", scope, "vpc/*")] },
  MakeIngressRules: {
    resources: (scope) => [arn("ec2", scope, "security-group-rule/*")],
    condition: taggedInRequest,
  },
  /** Only while it is made: nothing that exists can be given the tag. */
  TagWhatIsMade: {
    resources: (scope) => [arn("ec2", scope, "security-group/*"), arn("ec2", scope, "security-group-rule/*")],
    condition: () => ({
      StringEquals: { "ec2:CreateAction": ["AuthorizeSecurityGroupIngress", "CreateSecurityGroup"] },
    }),
  },
  /**
   * The new cluster's group gets one rule, and loses it again; the pipe is stopped for a load with `--pause-sync`, and started again; the new
   * cluster is started where the stack's schedule has stopped it in mid-load.
   */
  ChangeInStack: {
    resources: (scope) => [...securityGroups(scope), arn("pipes", scope, "pipe/*"), arn("rds", scope, "cluster:*")],
    condition: ofStack,
  },
  /** CloudFormation begins the cluster's name with the stack's; CDK the family's with the same without what is no letter or digit. */
  EmbedInStack: {
    resources: (scope) => [
      arn("ecs", scope, `task-definition/${scope.stack.replaceAll(/[^A-Za-z0-9]/g, "")}*`),
      arn("ecs", scope, `task/${scope.stack}-*`),
    ],
    condition: (scope) => ({ ArnLike: { "ecs:cluster": arn("ecs", scope, `cluster/${scope.stack}-*`) } }),
  },
  /** CloudFormation shortens the stack in a role's name, which has 64 characters at most, to no less than 24. */
  PassRolesToEmbeddingTasks: {
    resources: ({ account, stack }) => [`arn:aws:iam::${account}:role/${stack.slice(0, 24)}*`],
    condition: () => ({ StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } }),
  },
} as const satisfies Readonly<Record<string, Reach>>;

export type ReachName = keyof typeof reaches;

function arn(service: string, { region, account }: PolicyScope, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

function databases(scope: PolicyScope): string[] {
  return ["cluster", "cluster-pg", "db"].map((type) => arn("rds", scope, `${type}:${namePrefix}*`));
}

function snapshots(scope: PolicyScope): string[] {
  return [arn("rds", scope, `cluster-snapshot:${namePrefix}*`)];
}

function secrets(scope: PolicyScope): string[] {
  return [arn("secretsmanager", scope, `secret:${namePrefix}*`)];
}

function roles({ account, dmsRoles }: PolicyScope): readonly string[] {
  return dmsRoles ?? [`arn:aws:iam::${account}:role/${namePrefix}*`];
}

function dmsVpcRole({ account }: PolicyScope): string[] {
  return [`arn:aws:iam::${account}:role/dms-vpc-role`];
}

function securityGroups(scope: PolicyScope): string[] {
  return [arn("ec2", scope, "security-group/*")];
}

function taggedInRequest({ stack }: PolicyScope): Condition {
  return { StringEquals: { [`aws:RequestTag/${stackTag}`]: stack } };
}

function ofRuns({ stack }: PolicyScope): Condition {
  return { StringEquals: { [`aws:ResourceTag/${stackTag}`]: stack } };
}

/** CloudFormation tags what it makes. */
function ofStack({ stack }: PolicyScope): Condition {
  return { StringEquals: { "aws:ResourceTag/aws:cloudformation:stack-name": stack } };
}
