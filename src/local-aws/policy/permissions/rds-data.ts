import type * as sdk from "@aws-sdk/client-rds-data";
import { permission, type Permissions } from "../permission.ts";
import type { World } from "../../world.ts";
import { secretArn } from "./secrets-manager.ts";

interface Input {
  readonly resourceArn: string | undefined;
  readonly secretArn: string | undefined;
}

/** The login is read as who calls: Aurora User Guide, "Using the Data API", "Authorizing access". */
const onCluster =
  (operation: string) =>
  ({ resourceArn = "*", secretArn: secret }: Input, world: World) => [
    permission(`rds-data:${operation}`, resourceArn),
    permission("secretsmanager:GetSecretValue", secretArn(world, secret)),
  ];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrdsdataapi.html */
export const rdsDataPermissions: Permissions<typeof sdk> = {
  ExecuteStatement: onCluster("ExecuteStatement"),
  BatchExecuteStatement: onCluster("BatchExecuteStatement"),
  BeginTransaction: onCluster("BeginTransaction"),
  CommitTransaction: onCluster("CommitTransaction"),
  RollbackTransaction: onCluster("RollbackTransaction"),
};
