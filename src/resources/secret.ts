import type { DescribeSecretResponse } from "@aws-sdk/client-secrets-manager";
import type { AwsClients } from "../aws/clients.ts";
import { unlessAws } from "../aws/errors.ts";
import type { Resource, ResourceKind } from "../provision/resource.ts";
import { runOfTags, tagsOfRun } from "./tags.ts";

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
      : { state: found, run: runOfTags(found.Tags) };
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
  runId: string,
  name: string,
  value: () => Readonly<Record<string, string>>,
): Resource<DescribeSecretResponse> {
  return {
    kind: secret,
    name,
    async create() {
      await aws.secrets.createSecret({
        Name: name,
        Description: `Login of bedrock-chat-migrate run ${runId}`,
        SecretString: JSON.stringify(value()),
        Tags: tagsOfRun(runId),
      });
    },
  };
}
