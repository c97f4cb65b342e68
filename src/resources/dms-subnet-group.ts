import type { ReplicationSubnetGroup } from "@aws-sdk/client-database-migration-service";
import { oncePropagated } from "../aws/propagation.ts";
import { allPages } from "../aws/pages.ts";
import type { Context } from "../context.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { foundInDms, noneIfUnknown } from "./dms-found.ts";
import { oursAmong, tagsOfRun } from "./tags.ts";

/** A DMS replication subnet group: the subnets, in two zones at least, that DMS puts its network interface into. */
export const dmsSubnetGroup: ResourceKind<ReplicationSubnetGroup> = {
  kind: "dms-subnet-group",
  needs: ["iam-role"],
  // Network interfaces linger for minutes after a data migration is gone.
  busyErrors: ["InvalidResourceStateFault"],
  timeoutMinutes: 60,
  async find({ aws, region, account }, name) {
    const answer = await noneIfUnknown(() =>
      aws.dms.describeReplicationSubnetGroups({ Filters: [{ Name: "replication-subnet-group-id", Values: [name] }] }),
    );
    const group = answer?.ReplicationSubnetGroups?.[0];
    // The one DMS resource whose ARN no answer tells: its last part is the identifier (User Guide, CHAP_Introduction.AWS.ARN).
    return foundInDms(aws, group, `arn:aws:dms:${region}:${account}:subgrp:${name}`);
  },
  async names({ aws }) {
    const all = await allPages(async (Marker) => {
      const page = await aws.dms.describeReplicationSubnetGroups({ ...(Marker !== undefined && { Marker }) });
      return { items: page.ReplicationSubnetGroups, next: page.Marker };
    });
    return oursAmong(all.map((one) => one.ReplicationSubnetGroupIdentifier));
  },
  look: (group) => ({ done: true, value: group }),
  facts: (group) => ({ vpc: group.VpcId ?? "" }),
  async remove({ aws }, name) {
    await aws.dms.deleteReplicationSubnetGroup({ ReplicationSubnetGroupIdentifier: name });
  },
};

/** The subnet group of a run. Needs the account's role `dms-vpc-role`. */
export function subnetGroupOfRun(
  context: Context,
  run: RunOwner,
  name: string,
  subnetIds: readonly string[],
): Resource<ReplicationSubnetGroup> {
  return {
    kind: dmsSubnetGroup,
    name,
    async create() {
      await oncePropagated(context, () =>
        context.aws.dms.createReplicationSubnetGroup({
          ReplicationSubnetGroupIdentifier: name,
          ReplicationSubnetGroupDescription: `bedrock-chat-migrate run ${run.id}`,
          SubnetIds: [...subnetIds],
          Tags: tagsOfRun(run),
        }),
      );
    },
  };
}
