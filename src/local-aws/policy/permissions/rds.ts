import { arnOf } from "../../arn.ts";
import { named } from "../../services/rds/identifiers.ts";
import type { RdsSdk } from "../../services/rds/sdk.ts";
import type { World } from "../../world.ts";
import { permission, type Permission, type Permissions, tagging } from "../permission.ts";

type Kind = "cluster" | "db" | "cluster-snapshot" | "cluster-pg" | "subgrp" | "cluster-auto-backup";

/** The ARN of what a request names, by identifier or ARN; all of its kind where it names none. */
function rdsArn(world: World, kind: Kind, nameOrArn: string | undefined): string {
  if (nameOrArn?.startsWith("arn:")) return nameOrArn;
  return arnOf(world, "rds", `${kind}:${nameOrArn === undefined ? "*" : named(world, kind, nameOrArn)}`);
}

/** An action on each resource that the request names. */
function onNamed(
  world: World,
  operation: string,
  names: Partial<Record<Kind, string | undefined>>,
  rest: Omit<Permission, "action" | "resource"> = {},
): Permission[] {
  return Object.entries(names)
    .filter(([, name]) => name !== undefined)
    .map(([kind, name]) => permission(`rds:${operation}`, rdsArn(world, kind as Kind, name), rest));
}

/** An action on the one resource that a member names, or on all of the kind where a list is not narrowed. */
const onOne =
  <Member extends string>(operation: string, kind: Kind, member: Member) =>
  (input: { readonly [M in Member]?: string | undefined }, world: World) => [
    permission(`rds:${operation}`, rdsArn(world, kind, input[member])),
  ];

const onCluster =
  (operation: string) =>
  ({ DBClusterIdentifier: cluster }: { DBClusterIdentifier?: string | undefined }, world: World) =>
    onNamed(world, operation, { cluster: cluster ?? "*" });

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html. An action that has several resource types
 * is asked for on each resource that the request names, and not on those that RDS takes by default.
 */
export const rdsPermissions: Permissions<RdsSdk> = {
  DescribeDBClusters: onCluster("DescribeDBClusters"),
  CreateDBCluster: (input, world) => [
    ...onNamed(
      world,
      "CreateDBCluster",
      {
        cluster: input.DBClusterIdentifier,
        "cluster-pg": input.DBClusterParameterGroupName,
        subgrp: input.DBSubnetGroupName,
      },
      { requestTags: input.Tags },
    ),
    ...tagging("rds:AddTagsToResource", rdsArn(world, "cluster", input.DBClusterIdentifier), input.Tags),
  ],
  RestoreDBClusterFromSnapshot: (input, world) => [
    ...onNamed(
      world,
      "RestoreDBClusterFromSnapshot",
      {
        cluster: input.DBClusterIdentifier,
        "cluster-snapshot": input.SnapshotIdentifier,
        "cluster-pg": input.DBClusterParameterGroupName,
        subgrp: input.DBSubnetGroupName,
      },
      { requestTags: input.Tags },
    ),
    ...tagging("rds:AddTagsToResource", rdsArn(world, "cluster", input.DBClusterIdentifier), input.Tags),
  ],
  ModifyDBCluster: (input, world) =>
    onNamed(world, "ModifyDBCluster", {
      cluster: input.DBClusterIdentifier,
      "cluster-pg": input.DBClusterParameterGroupName,
    }),
  DeleteDBCluster: (input, world) =>
    onNamed(world, "DeleteDBCluster", {
      cluster: input.DBClusterIdentifier,
      "cluster-snapshot": input.FinalDBSnapshotIdentifier,
    }),
  StartDBCluster: onCluster("StartDBCluster"),
  StopDBCluster: onCluster("StopDBCluster"),
  EnableHttpEndpoint: ({ ResourceArn: arn }, world) => onNamed(world, "EnableHttpEndpoint", { cluster: arn }),
  DisableHttpEndpoint: ({ ResourceArn: arn }, world) => onNamed(world, "DisableHttpEndpoint", { cluster: arn }),

  DescribeDBInstances: onOne("DescribeDBInstances", "db", "DBInstanceIdentifier"),
  CreateDBInstance: (input, world) => [
    ...onNamed(
      world,
      "CreateDBInstance",
      { db: input.DBInstanceIdentifier, cluster: input.DBClusterIdentifier, subgrp: input.DBSubnetGroupName },
      { requestTags: input.Tags },
    ),
    ...tagging("rds:AddTagsToResource", rdsArn(world, "db", input.DBInstanceIdentifier), input.Tags),
  ],
  ModifyDBInstance: onOne("ModifyDBInstance", "db", "DBInstanceIdentifier"),
  RebootDBInstance: onOne("RebootDBInstance", "db", "DBInstanceIdentifier"),
  DeleteDBInstance: onOne("DeleteDBInstance", "db", "DBInstanceIdentifier"),

  DescribeDBClusterSnapshots: (input, world) =>
    onNamed(world, "DescribeDBClusterSnapshots", {
      cluster: input.DBClusterIdentifier,
      "cluster-snapshot": input.DBClusterSnapshotIdentifier ?? "*",
    }),
  CreateDBClusterSnapshot: (input, world) => [
    ...onNamed(
      world,
      "CreateDBClusterSnapshot",
      { cluster: input.DBClusterIdentifier, "cluster-snapshot": input.DBClusterSnapshotIdentifier },
      { requestTags: input.Tags },
    ),
    ...tagging(
      "rds:AddTagsToResource",
      rdsArn(world, "cluster-snapshot", input.DBClusterSnapshotIdentifier),
      input.Tags,
    ),
  ],
  DeleteDBClusterSnapshot: onOne("DeleteDBClusterSnapshot", "cluster-snapshot", "DBClusterSnapshotIdentifier"),
  ModifyDBClusterSnapshotAttribute: onOne(
    "ModifyDBClusterSnapshotAttribute",
    "cluster-snapshot",
    "DBClusterSnapshotIdentifier",
  ),
  DescribeDBClusterSnapshotAttributes: onOne(
    "DescribeDBClusterSnapshotAttributes",
    "cluster-snapshot",
    "DBClusterSnapshotIdentifier",
  ),
  DescribeDBClusterAutomatedBackups: (_input, world) => [
    permission("rds:DescribeDBClusterAutomatedBackups", rdsArn(world, "cluster-auto-backup", undefined)),
  ],

  CreateDBClusterParameterGroup: (input, world) => [
    ...onNamed(
      world,
      "CreateDBClusterParameterGroup",
      { "cluster-pg": input.DBClusterParameterGroupName },
      { requestTags: input.Tags },
    ),
    ...tagging("rds:AddTagsToResource", rdsArn(world, "cluster-pg", input.DBClusterParameterGroupName), input.Tags),
  ],
  DescribeDBClusterParameterGroups: onOne(
    "DescribeDBClusterParameterGroups",
    "cluster-pg",
    "DBClusterParameterGroupName",
  ),
  DescribeDBClusterParameters: onOne("DescribeDBClusterParameters", "cluster-pg", "DBClusterParameterGroupName"),
  ModifyDBClusterParameterGroup: onOne("ModifyDBClusterParameterGroup", "cluster-pg", "DBClusterParameterGroupName"),
  DeleteDBClusterParameterGroup: onOne("DeleteDBClusterParameterGroup", "cluster-pg", "DBClusterParameterGroupName"),
  DescribeDBMajorEngineVersions: () => [permission("rds:DescribeDBMajorEngineVersions", "*")],
  DescribeDBEngineVersions: () => [permission("rds:DescribeDBEngineVersions", "*")],
  DescribeOrderableDBInstanceOptions: () => [permission("rds:DescribeOrderableDBInstanceOptions", "*")],

  CreateDBSubnetGroup: (input, world) => [
    ...onNamed(world, "CreateDBSubnetGroup", { subgrp: input.DBSubnetGroupName }, { requestTags: input.Tags }),
    ...tagging("rds:AddTagsToResource", rdsArn(world, "subgrp", input.DBSubnetGroupName), input.Tags),
  ],
  DescribeDBSubnetGroups: onOne("DescribeDBSubnetGroups", "subgrp", "DBSubnetGroupName"),
  DeleteDBSubnetGroup: onOne("DeleteDBSubnetGroup", "subgrp", "DBSubnetGroupName"),

  ListTagsForResource: ({ ResourceName: arn = "*" }) => [permission("rds:ListTagsForResource", arn)],
  AddTagsToResource: ({ ResourceName: arn = "*", Tags: requestTags }) => [
    permission("rds:AddTagsToResource", arn, { requestTags }),
  ],
  RemoveTagsFromResource: ({ ResourceName: arn = "*", TagKeys: tagKeys }) => [
    permission("rds:RemoveTagsFromResource", arn, { tagKeys }),
  ],
};
