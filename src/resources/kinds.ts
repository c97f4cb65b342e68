import type { ResourceKind } from "../provision/resource.ts";
import { dmsDataMigration } from "./dms-data-migration.ts";
import { dmsDataProvider } from "./dms-data-provider.ts";
import { dmsInstanceProfile } from "./dms-instance-profile.ts";
import { dmsMigrationProject } from "./dms-migration-project.ts";
import { dmsSubnetGroup } from "./dms-subnet-group.ts";
import { iamRole } from "./iam-role.ts";
import { ingressRule } from "./ingress-rule.ts";
import { rdsCluster } from "./rds-cluster.ts";
import { rdsInstance } from "./rds-instance.ts";
import { rdsParameterGroup } from "./rds-parameter-group.ts";
import { secret } from "./secret.ts";
import { securityGroup } from "./security-group.ts";

/** Every kind of resource that a run can make: what cleanup knows how to find and remove. */
export const resourceKinds: readonly ResourceKind<unknown>[] = [
  rdsParameterGroup,
  securityGroup,
  ingressRule,
  secret,
  iamRole,
  rdsCluster,
  rdsInstance,
  dmsSubnetGroup,
  dmsInstanceProfile,
  dmsDataProvider,
  dmsMigrationProject,
  dmsDataMigration,
];
