import type { DBClusterParameterGroup } from "@aws-sdk/client-rds";
import type { AwsClients } from "../aws/clients.ts";
import { unlessAws } from "../aws/errors.ts";
import { allPages } from "../aws/pages.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { oursAmong, ownerOfTags, tagsOfRun } from "./tags.ts";

/** A DB cluster parameter group: on Aurora `rds.logical_replication` is a cluster parameter. */
export const rdsParameterGroup: ResourceKind<DBClusterParameterGroup> = {
  kind: "rds-cluster-parameter-group",
  needs: [],
  busyErrors: ["InvalidDBParameterGroupStateFault"],
  timeoutMinutes: 30,
  async find({ aws }, name) {
    // The error's code has no "Fault" at its end; the SDK's class does.
    const answer = await unlessAws(["DBParameterGroupNotFoundFault"], () =>
      aws.rds.describeDBClusterParameterGroups({ DBClusterParameterGroupName: name }),
    );
    const group = answer?.DBClusterParameterGroups?.[0];
    if (group === undefined) return undefined;
    const tags = await aws.rds.listTagsForResource({ ResourceName: group.DBClusterParameterGroupArn });
    return { state: group, ...ownerOfTags(tags.TagList) };
  },
  async names({ aws }) {
    const all = await allPages(async (Marker) => {
      const page = await aws.rds.describeDBClusterParameterGroups({ ...(Marker !== undefined && { Marker }) });
      return { items: page.DBClusterParameterGroups, next: page.Marker };
    });
    return oursAmong(all.map((one) => one.DBClusterParameterGroupName));
  },
  look: (group) => ({ done: true, value: group }),
  facts: (group) => ({ arn: group.DBClusterParameterGroupArn ?? "" }),
  async remove({ aws }, name) {
    await aws.rds.deleteDBClusterParameterGroup({ DBClusterParameterGroupName: name });
  },
};

/** The temporary cluster's parameter group: logical replication on, and walsenders that never time out. */
export function logicalReplicationGroup(
  aws: AwsClients,
  run: RunOwner,
  name: string,
  family: string,
): Resource<DBClusterParameterGroup> {
  const settings = { "rds.logical_replication": "1", wal_sender_timeout: "0" };
  return {
    kind: rdsParameterGroup,
    name,
    async create() {
      await aws.rds.createDBClusterParameterGroup({
        DBClusterParameterGroupName: name,
        DBParameterGroupFamily: family,
        Description: `Temporary cluster of bedrock-chat-migrate run ${run.id}`,
        Tags: tagsOfRun(run),
      });
    },
    async complete() {
      await aws.rds.modifyDBClusterParameterGroup({
        DBClusterParameterGroupName: name,
        // Static: taken by the instance that is created afterwards. The API refuses "immediate" for static parameters.
        Parameters: Object.entries(settings).map(([ParameterName, ParameterValue]) => ({
          ParameterName,
          ParameterValue,
          ApplyMethod: "pending-reboot" as const,
        })),
      });
    },
  };
}
