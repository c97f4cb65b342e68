import type { AwsClients } from "../aws/clients.ts";
import type { ReachName } from "./reach.ts";

/** One action on one kind of thing. */
export interface Permission {
  readonly action: string;
  readonly reach: ReachName;
}

/** One list for every operation that the tool may call, and for no other: the compiler sees to it. */
type PermissionsByOperation = {
  readonly [Service in keyof AwsClients]: {
    readonly [Operation in keyof AwsClients[Service]]: readonly Permission[];
  };
};

const tagInDms = may("dms:AddTagsToResource", "MakeForRunsInDms");
const tagInRds = may("rds:AddTagsToResource", "MakeForRuns");
/** DMS looks at the roles and secrets that it is given as who calls it (User Guide, security_iam_secretsmanager). */
const passRole = [may("iam:PassRole", "PassRolesToDms"), may("iam:GetRole", "WriteRolesOfRuns")];

/**
 * What each operation takes: the action of its name, and what it implies (tags in the request, roles that are passed on, what it refers
 * to). Operation to action: Service Authorization Reference; three of DMS's Describe operations are allowed by List actions.
 */
const byOperation: PermissionsByOperation = {
  cloudformation: {
    describeStackEvents: [may("cloudformation:DescribeStackEvents", "LookAtStack")],
    // All stacks, where the one that is named does not exist: the error names those that could be meant.
    describeStacks: [
      may("cloudformation:DescribeStacks", "LookAround"),
      may("cloudformation:ListStacks", "LookAround"),
    ],
    listStackResources: [may("cloudformation:ListStackResources", "LookAtStack")],
  },
  dms: {
    createDataMigration: [may("dms:CreateDataMigration", "MakeForRunsInDms"), tagInDms, ...passRole],
    createDataProvider: [may("dms:CreateDataProvider", "MakeForRunsInDms"), tagInDms, ...passRole],
    createInstanceProfile: [may("dms:CreateInstanceProfile", "MakeForRunsInDms"), tagInDms],
    createMigrationProject: [
      may("dms:CreateMigrationProject", "MakeForRunsInDms"),
      tagInDms,
      ...passRole,
      may("secretsmanager:DescribeSecret", "LookAtSecretsOfRuns"),
      may("secretsmanager:DescribeSecret", "ReadLoginOfStack"),
    ],
    createReplicationSubnetGroup: [may("dms:CreateReplicationSubnetGroup", "MakeForRunsInDms"), tagInDms],
    deleteDataMigration: [may("dms:DeleteDataMigration", "ChangeWhatRunsMade")],
    deleteDataProvider: [may("dms:DeleteDataProvider", "ChangeWhatRunsMade")],
    deleteInstanceProfile: [may("dms:DeleteInstanceProfile", "ChangeWhatRunsMade")],
    deleteMigrationProject: [may("dms:DeleteMigrationProject", "ChangeWhatRunsMade")],
    deleteReplicationSubnetGroup: [may("dms:DeleteReplicationSubnetGroup", "ChangeWhatRunsMade")],
    describeDataMigrations: [may("dms:DescribeDataMigrations", "LookAround")],
    describeDataProviders: [may("dms:ListDataProviders", "LookAround")],
    describeInstanceProfiles: [may("dms:ListInstanceProfiles", "LookAround")],
    describeMigrationProjects: [may("dms:ListMigrationProjects", "LookAround")],
    describeReplicationSubnetGroups: [may("dms:DescribeReplicationSubnetGroups", "LookAround")],
    listTagsForResource: [may("dms:ListTagsForResource", "LookAround")],
    startDataMigration: [may("dms:StartDataMigration", "ChangeWhatRunsMade")],
    stopDataMigration: [may("dms:StopDataMigration", "ChangeWhatRunsMade")],
  },
  dynamodb: { getItem: [may("dynamodb:GetItem", "ReadBots")], scan: [may("dynamodb:Scan", "ReadBots")] },
  ec2: {
    authorizeSecurityGroupIngress: [
      may("ec2:AuthorizeSecurityGroupIngress", "ChangeWhatRunsMade"),
      may("ec2:AuthorizeSecurityGroupIngress", "ChangeInStack"),
      may("ec2:AuthorizeSecurityGroupIngress", "MakeIngressRules"),
      may("ec2:CreateTags", "TagWhatIsMade"),
    ],
    createSecurityGroup: [
      may("ec2:CreateSecurityGroup", "MakeForRuns"),
      may("ec2:CreateSecurityGroup", "MakeSecurityGroupIn"),
      may("ec2:CreateTags", "TagWhatIsMade"),
    ],
    deleteSecurityGroup: [may("ec2:DeleteSecurityGroup", "ChangeWhatRunsMade")],
    describeSecurityGroupRules: [may("ec2:DescribeSecurityGroupRules", "LookAround")],
    describeSubnets: [may("ec2:DescribeSubnets", "LookAround")],
    describeSecurityGroups: [may("ec2:DescribeSecurityGroups", "LookAround")],
    revokeSecurityGroupIngress: [
      may("ec2:RevokeSecurityGroupIngress", "ChangeWhatRunsMade"),
      may("ec2:RevokeSecurityGroupIngress", "ChangeInStack"),
    ],
  },
  ecs: {
    describeTaskDefinition: [may("ecs:DescribeTaskDefinition", "LookAround")],
    describeTasks: [may("ecs:DescribeTasks", "EmbedInStack")],
    listTasks: [may("ecs:ListTasks", "LookAround")],
    // The roles that the task definition names.
    runTask: [may("ecs:RunTask", "EmbedInStack"), may("iam:PassRole", "PassRolesToEmbeddingTasks")],
    stopTask: [may("ecs:StopTask", "EmbedInStack")],
  },
  iam: {
    attachRolePolicy: [may("iam:AttachRolePolicy", "AttachPolicyOfDmsVpcRole")],
    createRole: [
      may("iam:CreateRole", "MakeForRuns"),
      may("iam:TagRole", "MakeForRuns"),
      may("iam:CreateRole", "MakeDmsVpcRole"),
    ],
    deleteRole: [may("iam:DeleteRole", "ChangeWhatRunsMade")],
    deleteRolePolicy: [may("iam:DeleteRolePolicy", "ChangeWhatRunsMade")],
    getRole: [may("iam:GetRole", "WriteRolesOfRuns"), may("iam:GetRole", "MakeDmsVpcRole")],
    listRolePolicies: [may("iam:ListRolePolicies", "WriteRolesOfRuns")],
    listRoles: [may("iam:ListRoles", "LookAround")],
    putRolePolicy: [may("iam:PutRolePolicy", "WriteRolesOfRuns")],
    simulatePrincipalPolicy: [may("iam:SimulatePrincipalPolicy", "LookAtOwnPermissions")],
  },
  pipes: {
    describePipe: [may("pipes:DescribePipe", "ChangeInStack")],
    startPipe: [may("pipes:StartPipe", "ChangeInStack")],
    stopPipe: [may("pipes:StopPipe", "ChangeInStack")],
  },
  rds: {
    createDBClusterParameterGroup: [may("rds:CreateDBClusterParameterGroup", "MakeForRuns"), tagInRds],
    createDBClusterSnapshot: [
      may("rds:CreateDBClusterSnapshot", "MakeForRuns"),
      may("rds:CreateDBClusterSnapshot", "SnapshotClustersOfStack"),
      tagInRds,
    ],
    createDBInstance: [
      may("rds:CreateDBInstance", "MakeForRuns"),
      may("rds:CreateDBInstance", "MakeDatabasesFrom"),
      tagInRds,
    ],
    deleteDBCluster: [
      may("rds:DeleteDBCluster", "ChangeWhatRunsMade"),
      may("rds:DeleteDBCluster", "FinalSnapshotsOfRuns"),
    ],
    deleteDBClusterParameterGroup: [may("rds:DeleteDBClusterParameterGroup", "ChangeWhatRunsMade")],
    deleteDBInstance: [may("rds:DeleteDBInstance", "ChangeWhatRunsMade")],
    describeDBClusterAutomatedBackups: [may("rds:DescribeDBClusterAutomatedBackups", "LookAround")],
    describeDBClusterParameterGroups: [may("rds:DescribeDBClusterParameterGroups", "LookAround")],
    describeDBClusterSnapshots: [may("rds:DescribeDBClusterSnapshots", "LookAround")],
    describeDBClusters: [may("rds:DescribeDBClusters", "LookAround")],
    describeDBEngineVersions: [may("rds:DescribeDBEngineVersions", "LookAround")],
    describeDBInstances: [may("rds:DescribeDBInstances", "LookAround")],
    describeDBMajorEngineVersions: [may("rds:DescribeDBMajorEngineVersions", "LookAround")],
    enableHttpEndpoint: [may("rds:EnableHttpEndpoint", "ChangeWhatRunsMade")],
    listTagsForResource: [may("rds:ListTagsForResource", "LookAround")],
    modifyDBCluster: [may("rds:ModifyDBCluster", "ChangeWhatRunsMade")],
    modifyDBClusterParameterGroup: [may("rds:ModifyDBClusterParameterGroup", "ChangeWhatRunsMade")],
    rebootDBInstance: [may("rds:RebootDBInstance", "ChangeWhatRunsMade")],
    restoreDBClusterFromSnapshot: [
      may("rds:RestoreDBClusterFromSnapshot", "MakeForRuns"),
      may("rds:RestoreDBClusterFromSnapshot", "MakeDatabasesFrom"),
      tagInRds,
    ],
    startDBCluster: [may("rds:StartDBCluster", "ChangeInStack")],
  },
  rdsData: {
    beginTransaction: sqlBy("BeginTransaction"),
    commitTransaction: sqlBy("CommitTransaction"),
    executeStatement: sqlBy("ExecuteStatement"),
    rollbackTransaction: sqlBy("RollbackTransaction"),
  },
  scheduler: { getSchedule: [may("scheduler:GetSchedule", "LookAtSchedules")] },
  secrets: {
    createSecret: [may("secretsmanager:CreateSecret", "MakeForRuns"), may("secretsmanager:TagResource", "MakeForRuns")],
    deleteSecret: [may("secretsmanager:DeleteSecret", "ChangeWhatRunsMade")],
    describeSecret: [
      may("secretsmanager:DescribeSecret", "LookAtSecretsOfRuns"),
      may("secretsmanager:DescribeSecret", "ReadLoginOfStack"),
    ],
    getSecretValue: [
      may("secretsmanager:GetSecretValue", "ChangeWhatRunsMade"),
      may("secretsmanager:GetSecretValue", "ReadLoginOfStack"),
    ],
    listSecrets: [may("secretsmanager:ListSecrets", "LookAround")],
    putSecretValue: [may("secretsmanager:PutSecretValue", "ChangeWhatRunsMade")],
  },
  // AWS answers it to everybody.
  sts: { getCallerIdentity: [] },
};

/** Every permission that the tool can need, some of them more than once. */
export const permissions: readonly Permission[] = Object.values(byOperation).flatMap((operations) =>
  Object.values<readonly Permission[]>(operations).flat(),
);

/** The Data API reads the login as who calls it (Aurora User Guide, "Using the Data API", "Authorizing access"). */
function sqlBy(operation: string): Permission[] {
  return [
    may(`rds-data:${operation}`, "ChangeWhatRunsMade"),
    may(`rds-data:${operation}`, "QueryDatabaseOfStack"),
    may("secretsmanager:GetSecretValue", "ChangeWhatRunsMade"),
    may("secretsmanager:GetSecretValue", "ReadLoginOfStack"),
  ];
}

function may(action: string, reach: ReachName): Permission {
  return { action, reach };
}
