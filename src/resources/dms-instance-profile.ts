import type { InstanceProfile } from "@aws-sdk/client-database-migration-service";
import type { AwsClients } from "../aws/clients.ts";
import { allPages } from "../aws/pages.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { foundInDms, noneIfUnknown } from "./dms-found.ts";
import { oursAmong, tagsOfRun } from "./tags.ts";

/** A DMS instance profile: network settings of a data migration. */
export const dmsInstanceProfile: ResourceKind<InstanceProfile> = {
  kind: "dms-instance-profile",
  needs: ["dms-subnet-group", "ec2-security-group"],
  busyErrors: ["InvalidResourceStateFault"],
  timeoutMinutes: 30,
  async find({ aws }, name) {
    const answer = await noneIfUnknown(() =>
      aws.dms.describeInstanceProfiles({ Filters: [{ Name: "instance-profile-identifier", Values: [name] }] }),
    );
    const profile = answer?.InstanceProfiles?.find((one) => one.InstanceProfileName === name);
    return foundInDms(aws, profile, profile?.InstanceProfileArn);
  },
  async names({ aws }) {
    const all = await allPages(async (Marker) => {
      const page = await aws.dms.describeInstanceProfiles({ ...(Marker !== undefined && { Marker }) });
      return { items: page.InstanceProfiles, next: page.Marker };
    });
    return oursAmong(all.map((one) => one.InstanceProfileName));
  },
  look: (profile) => ({ done: true, value: profile }),
  facts: (profile) => ({ arn: profile.InstanceProfileArn ?? "" }),
  async remove({ aws }, _name, profile) {
    await noneIfUnknown(() => aws.dms.deleteInstanceProfile({ InstanceProfileIdentifier: profile.InstanceProfileArn }));
  },
};

/** The instance profile of a run: private, in the run's subnet group and security group. */
export function privateProfile(
  aws: AwsClients,
  run: RunOwner,
  name: string,
  subnetGroup: string,
  securityGroupId: string,
): Resource<InstanceProfile> {
  return {
    kind: dmsInstanceProfile,
    name,
    async create() {
      await aws.dms.createInstanceProfile({
        InstanceProfileName: name,
        // DMS's default is true.
        PubliclyAccessible: false,
        NetworkType: "IPV4",
        SubnetGroupIdentifier: subnetGroup,
        VpcSecurityGroups: [securityGroupId],
        Tags: tagsOfRun(run),
      });
    },
  };
}
