import type { DescribeSecretResponse } from "@aws-sdk/client-secrets-manager";
import type { AwsClients } from "../aws/clients.ts";
import { unlessAws } from "../aws/errors.ts";
import { allPages } from "../aws/pages.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { oursAmong, ownerOfTags, tagsOfRun } from "./tags.ts";

/** A secret of this run. Its value is never part of its state: neither journal nor `status` can show it. */
export const secret: ResourceKind<DescribeSecretResponse> = {
  kind: "secret",
  needs: [],
  busyErrors: [],
  timeoutMinutes: 10,
  async find({ aws }, name) {
    const found = await unlessAws(["ResourceNotFoundException"], () => aws.secrets.describeSecret({ SecretId: name }));
    return found === undefined || found.DeletedDate !== undefined
      ? undefined
      : { state: found, ...ownerOfTags(found.Tags) };
  },
  async names({ aws }) {
    const all = await allPages(async (NextToken) => {
      const page = await aws.secrets.listSecrets({ ...(NextToken !== undefined && { NextToken }) });
      return { items: page.SecretList, next: page.NextToken };
    });
    return oursAmong(all.map((one) => one.Name));
  },
  look: (found) => ({ done: true, value: found }),
  facts: (found) => ({ arn: found.ARN ?? "" }),
  async remove({ aws }, name) {
    // No recovery window: the login it holds goes with the run, and the name must be free again.
    await aws.secrets.deleteSecret({ SecretId: name, ForceDeleteWithoutRecovery: true });
  },
};

/** A secret of this run with the value it begins with; an existing one keeps the value it has. */
export function secretHolding(
  aws: AwsClients,
  run: RunOwner,
  name: string,
  value: () => Readonly<Record<string, string>>,
): Resource<DescribeSecretResponse> {
  return {
    kind: secret,
    name,
    async create() {
      await aws.secrets.createSecret({
        Name: name,
        Description: `Login of bedrock-chat-migrate run ${run.id}`,
        SecretString: JSON.stringify(value()),
        Tags: tagsOfRun(run),
      });
    },
  };
}
