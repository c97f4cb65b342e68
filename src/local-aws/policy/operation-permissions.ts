import type { World } from "../world.ts";
import type { Permission } from "./permission.ts";
import { cloudFormationPermissions } from "./permissions/cloudformation.ts";
import { dmsPermissions } from "./permissions/dms.ts";
import { dynamoDbPermissions } from "./permissions/dynamodb.ts";
import { ecsPermissions } from "./permissions/ecs.ts";
import { ec2Permissions } from "./permissions/ec2.ts";
import { iamPermissions } from "./permissions/iam.ts";
import { pipesPermissions } from "./permissions/pipes.ts";
import { rdsDataPermissions } from "./permissions/rds-data.ts";
import { rdsPermissions } from "./permissions/rds.ts";
import { schedulerPermissions } from "./permissions/scheduler.ts";
import { secretsManagerPermissions } from "./permissions/secrets-manager.ts";
import { stsPermissions } from "./permissions/sts.ts";

/** All permissions that a call needs: it is refused unless each of them is allowed. */
export type PermissionsOf = (input: object, world: World) => readonly Permission[];

/** By signing name, then by operation. */
const table: Readonly<Record<string, object>> = {
  cloudformation: cloudFormationPermissions,
  dms: dmsPermissions,
  dynamodb: dynamoDbPermissions,
  ec2: ec2Permissions,
  ecs: ecsPermissions,
  iam: iamPermissions,
  pipes: pipesPermissions,
  rds: rdsPermissions,
  "rds-data": rdsDataPermissions,
  scheduler: schedulerPermissions,
  secretsmanager: secretsManagerPermissions,
  sts: stsPermissions,
};

/** What an operation is authorised by; `undefined` for one that the table does not have. */
export function permissionsOf(service: string, operation: string): PermissionsOf | undefined {
  const operations = (table[service] ?? {}) as Readonly<Record<string, PermissionsOf | undefined>>;
  return Object.hasOwn(operations, operation) ? operations[operation] : undefined;
}
