import { arnOf } from "../../arn.ts";
import type { DmsSdk } from "../../services/dms/sdk.ts";
import type { DmsState } from "../../services/dms/state.ts";
import type { World } from "../../world.ts";
import { passing, permission, type Permissions, tagging } from "../permission.ts";

/** Kinds of resources as their ARNs spell them, and the members that name them. */
const kinds = {
  "instance-profile": (dms: DmsState) =>
    [...dms.instanceProfiles.values()].map((one) => [one.InstanceProfileArn, one.InstanceProfileName]),
  "data-provider": (dms: DmsState) =>
    [...dms.dataProviders.values()].map((one) => [one.DataProviderArn, one.DataProviderName]),
  "migration-project": (dms: DmsState) =>
    [...dms.migrationProjects.values()].map((one) => [one.MigrationProjectArn, one.MigrationProjectName]),
  "data-migration": (dms: DmsState) =>
    [...dms.dataMigrations.values()].map((one) => [one.DataMigrationArn, one.DataMigrationName]),
};

/** The ARN of what a request names, by name or ARN; all of its kind for what is not there (yet): its last part is AWS's choice. */
function dmsArn(world: World, kind: keyof typeof kinds, nameOrArn?: string): string {
  if (nameOrArn?.startsWith("arn:")) return nameOrArn;
  const [arn] = kinds[kind](world.dms).find(([, name]) => name !== undefined && name === nameOrArn) ?? [];
  return arn ?? arnOf(world, "dms", `${kind}:*`);
}

const subnetGroupArn = (world: World, name = "*") => arnOf(world, "dms", `subgrp:${name}`);

const onMigration =
  (operation: string) =>
  ({ DataMigrationIdentifier: migration }: { DataMigrationIdentifier: string | undefined }, world: World) => [
    permission(`dms:${operation}`, dmsArn(world, "data-migration", migration)),
  ];

/** The service that roles are passed to: iam:PassedToService of the reference's operations table. */
const dms = "dms.amazonaws.com";

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdatabasemigrationservice.html. Three describes are
 * authorised by List* actions, and what creates with tags needs dms:AddTagsToResource too.
 */
export const dmsPermissions: Permissions<DmsSdk> = {
  CreateReplicationSubnetGroup: ({ ReplicationSubnetGroupIdentifier: name, Tags: requestTags }, world) => [
    permission("dms:CreateReplicationSubnetGroup", subnetGroupArn(world, name), { requestTags }),
    ...tagging("dms:AddTagsToResource", subnetGroupArn(world, name), requestTags),
  ],
  DescribeReplicationSubnetGroups: () => [permission("dms:DescribeReplicationSubnetGroups", "*")],
  DeleteReplicationSubnetGroup: ({ ReplicationSubnetGroupIdentifier: name }, world) => [
    permission("dms:DeleteReplicationSubnetGroup", subnetGroupArn(world, name)),
  ],

  CreateInstanceProfile: ({ Tags: requestTags }, world) => [
    permission("dms:CreateInstanceProfile", "*", { requestTags }),
    ...tagging("dms:AddTagsToResource", dmsArn(world, "instance-profile"), requestTags),
  ],
  DescribeInstanceProfiles: (_input, world) => [
    permission("dms:ListInstanceProfiles", dmsArn(world, "instance-profile")),
  ],
  DeleteInstanceProfile: ({ InstanceProfileIdentifier: profile }, world) => [
    permission("dms:DeleteInstanceProfile", dmsArn(world, "instance-profile", profile)),
  ],

  /** iam:PassRole, which the reference lists too, is for engines with a role in their settings: none that is served here. */
  CreateDataProvider: ({ Tags: requestTags }, world) => [
    permission("dms:CreateDataProvider", "*", { requestTags }),
    ...tagging("dms:AddTagsToResource", dmsArn(world, "data-provider"), requestTags),
  ],
  DescribeDataProviders: () => [permission("dms:ListDataProviders", "*")],
  DeleteDataProvider: ({ DataProviderIdentifier: provider }, world) => [
    permission("dms:DeleteDataProvider", dmsArn(world, "data-provider", provider)),
  ],

  CreateMigrationProject(input, world) {
    const { InstanceProfileIdentifier: profile, Tags: requestTags } = input;
    const descriptors = [input.SourceDataProviderDescriptors, input.TargetDataProviderDescriptors].flatMap(
      (given) => given ?? [],
    );
    const providers = descriptors.map((one) => dmsArn(world, "data-provider", one.DataProviderIdentifier));
    return [
      ...[...new Set(providers), dmsArn(world, "instance-profile", profile)].map((arn) =>
        permission("dms:CreateMigrationProject", arn, { requestTags }),
      ),
      ...tagging("dms:AddTagsToResource", dmsArn(world, "migration-project"), requestTags),
      ...passing(
        dms,
        descriptors.map((one) => one.SecretsManagerAccessRoleArn),
      ),
    ];
  },
  DescribeMigrationProjects: (_input, world) => [
    permission("dms:ListMigrationProjects", dmsArn(world, "migration-project")),
  ],
  DeleteMigrationProject: ({ MigrationProjectIdentifier: project }, world) => [
    permission("dms:DeleteMigrationProject", dmsArn(world, "migration-project", project)),
  ],

  CreateDataMigration: (input, world) => [
    permission("dms:CreateDataMigration", dmsArn(world, "migration-project", input.MigrationProjectIdentifier), {
      requestTags: input.Tags,
    }),
    ...tagging("dms:AddTagsToResource", dmsArn(world, "data-migration"), input.Tags),
    ...passing(dms, [input.ServiceAccessRoleArn]),
  ],
  DescribeDataMigrations: () => [permission("dms:DescribeDataMigrations", "*")],
  ModifyDataMigration: (input, world) => [
    ...onMigration("ModifyDataMigration")(input, world),
    ...passing(dms, [input.ServiceAccessRoleArn]),
  ],
  DeleteDataMigration: onMigration("DeleteDataMigration"),
  StartDataMigration: onMigration("StartDataMigration"),
  StopDataMigration: onMigration("StopDataMigration"),

  ListTagsForResource: ({ ResourceArn, ResourceArnList = [] }) =>
    (ResourceArn === undefined ? ResourceArnList : [ResourceArn]).map((arn) =>
      permission("dms:ListTagsForResource", arn),
    ),
  AddTagsToResource: ({ ResourceArn: arn = "*", Tags: requestTags }) => [
    permission("dms:AddTagsToResource", arn, { requestTags }),
  ],
  RemoveTagsFromResource: ({ ResourceArn: arn = "*", TagKeys: tagKeys }) => [
    permission("dms:RemoveTagsFromResource", arn, { tagKeys }),
  ],
};
