import type { DBInstance } from "@aws-sdk/client-rds";
import type { AwsClients } from "../aws/clients.ts";
import { unlessAws } from "../aws/errors.ts";
import { allPages } from "../aws/pages.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { refuseHopeless } from "./hopeless-statuses.ts";
import { oursAmong, ownerOfTags, tagsOfRun } from "./tags.ts";

/** An instance of an Aurora cluster: without one, a restored cluster serves nobody. */
export const rdsInstance: ResourceKind<DBInstance> = {
  kind: "rds-instance",
  needs: ["rds-cluster"],
  busyErrors: ["InvalidDBInstanceStateFault"],
  timeoutMinutes: 60,
  async find({ aws }, name) {
    const answer = await unlessAws(["DBInstanceNotFoundFault"], () =>
      aws.rds.describeDBInstances({ DBInstanceIdentifier: name }),
    );
    const instance = answer?.DBInstances?.[0];
    return instance === undefined ? undefined : { state: instance, ...ownerOfTags(instance.TagList) };
  },
  async names({ aws }) {
    const all = await allPages(async (Marker) => {
      const page = await aws.rds.describeDBInstances({ ...(Marker !== undefined && { Marker }) });
      return { items: page.DBInstances, next: page.Marker };
    });
    return oursAmong(all.map((one) => one.DBInstanceIdentifier));
  },
  look(instance) {
    const status = instance.DBInstanceStatus ?? "unknown";
    if (status === "available") return { done: true, value: instance };
    refuseHopeless(`Instance ${instance.DBInstanceIdentifier}`, status);
    return { done: false, state: status };
  },
  facts: (instance) => ({ arn: instance.DBInstanceArn ?? "" }),
  async remove({ aws }, name, instance) {
    if (instance.DBInstanceStatus === "deleting") return;
    await aws.rds.deleteDBInstance({ DBInstanceIdentifier: name, SkipFinalSnapshot: true });
  },
};

export interface ServerlessWriterSpec {
  readonly name: string;
  readonly cluster: string;
  /** Minutes to wait for it, where they are not the kind's own. */
  readonly timeoutMinutes: number | undefined;
}

/** The one writer of the temporary cluster. */
export function serverlessWriter(aws: AwsClients, run: RunOwner, spec: ServerlessWriterSpec): Resource<DBInstance> {
  const { name, cluster, timeoutMinutes } = spec;
  return {
    kind: rdsInstance,
    name,
    timeoutMinutes,
    async create() {
      await aws.rds.createDBInstance({
        DBInstanceIdentifier: name,
        DBClusterIdentifier: cluster,
        DBInstanceClass: "db.serverless",
        Engine: "aurora-postgresql",
        PubliclyAccessible: false,
        Tags: tagsOfRun(run),
      });
    },
  };
}
