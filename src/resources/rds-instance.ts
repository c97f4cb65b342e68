import type { DBInstance } from "@aws-sdk/client-rds";
import type { AwsClients } from "../aws/clients.ts";
import { unlessAws } from "../aws/errors.ts";
import { allPages } from "../aws/pages.ts";
import { ExpectedError } from "../errors.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { oursAmong, ownerOfTags, tagsOfRun } from "./tags.ts";

const hopeless = ["failed", "deleting", "incompatible-restore", "incompatible-parameters", "incompatible-network"];

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
    if (hopeless.includes(status))
      throw new ExpectedError(
        `Instance ${instance.DBInstanceIdentifier} is ${status}.`,
        "See its events in the RDS console; `bedrock-chat-migrate cleanup` removes what this run made.",
      );
    return { done: false, state: status };
  },
  facts: (instance) => ({ arn: instance.DBInstanceArn ?? "" }),
  async remove({ aws }, name, instance) {
    if (instance.DBInstanceStatus === "deleting") return;
    await aws.rds.deleteDBInstance({ DBInstanceIdentifier: name, SkipFinalSnapshot: true });
  },
};

/** The one writer of the temporary cluster. */
export function serverlessWriter(aws: AwsClients, run: RunOwner, name: string, cluster: string): Resource<DBInstance> {
  return {
    kind: rdsInstance,
    name,
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
