import type { CloudFormation } from "@aws-sdk/client-cloudformation";
import type { DatabaseMigrationService } from "@aws-sdk/client-database-migration-service";
import type { DynamoDB } from "@aws-sdk/client-dynamodb";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { ECS } from "@aws-sdk/client-ecs";
import type { IAM } from "@aws-sdk/client-iam";
import type { Pipes } from "@aws-sdk/client-pipes";
import type { RDS } from "@aws-sdk/client-rds";
import type { RDSData } from "@aws-sdk/client-rds-data";
import type { Scheduler } from "@aws-sdk/client-scheduler";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { STS } from "@aws-sdk/client-sts";

/** Every AWS operation the tool may call, and no other: the list that an operator's permissions follow from. */
export interface AwsClients {
  readonly cloudformation: Pick<CloudFormation, "describeStacks" | "describeStackEvents" | "listStackResources">;
  readonly dms: Pick<
    DatabaseMigrationService,
    | "createDataMigration"
    | "createDataProvider"
    | "createInstanceProfile"
    | "createMigrationProject"
    | "createReplicationSubnetGroup"
    | "deleteDataMigration"
    | "deleteDataProvider"
    | "deleteInstanceProfile"
    | "deleteMigrationProject"
    | "deleteReplicationSubnetGroup"
    | "describeDataMigrations"
    | "describeDataProviders"
    | "describeInstanceProfiles"
    | "describeMigrationProjects"
    | "describeReplicationSubnetGroups"
    | "listTagsForResource"
    | "startDataMigration"
    | "stopDataMigration"
  >;
  readonly dynamodb: Pick<DynamoDB, "getItem" | "scan">;
  readonly ec2: Pick<
    EC2,
    | "authorizeSecurityGroupIngress"
    | "createSecurityGroup"
    | "deleteSecurityGroup"
    | "describeSecurityGroupRules"
    | "describeSecurityGroups"
    | "describeSubnets"
    | "revokeSecurityGroupIngress"
  >;
  readonly ecs: Pick<ECS, "describeTaskDefinition" | "describeTasks" | "listTasks" | "runTask" | "stopTask">;
  readonly iam: Pick<
    IAM,
    | "attachRolePolicy"
    | "createRole"
    | "deleteRole"
    | "deleteRolePolicy"
    | "getRole"
    | "listRolePolicies"
    | "listRoles"
    | "putRolePolicy"
    | "simulatePrincipalPolicy"
  >;
  readonly pipes: Pick<Pipes, "describePipe" | "startPipe" | "stopPipe">;
  readonly rds: Pick<
    RDS,
    | "createDBClusterParameterGroup"
    | "createDBClusterSnapshot"
    | "createDBInstance"
    | "deleteDBCluster"
    | "deleteDBClusterParameterGroup"
    | "deleteDBInstance"
    | "describeDBClusterAutomatedBackups"
    | "describeDBClusterParameterGroups"
    | "describeDBClusterSnapshots"
    | "describeDBClusters"
    | "describeDBEngineVersions"
    | "describeDBInstances"
    | "describeDBMajorEngineVersions"
    | "enableHttpEndpoint"
    | "listTagsForResource"
    | "modifyDBCluster"
    | "modifyDBClusterParameterGroup"
    | "rebootDBInstance"
    | "restoreDBClusterFromSnapshot"
    | "startDBCluster"
  >;
  readonly rdsData: Pick<
    RDSData,
    "beginTransaction" | "commitTransaction" | "executeStatement" | "rollbackTransaction"
  >;
  readonly scheduler: Pick<Scheduler, "getSchedule">;
  readonly secrets: Pick<
    SecretsManager,
    "createSecret" | "deleteSecret" | "describeSecret" | "getSecretValue" | "listSecrets" | "putSecretValue"
  >;
  readonly sts: Pick<STS, "getCallerIdentity">;
}
