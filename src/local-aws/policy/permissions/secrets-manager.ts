import type * as sdk from "@aws-sdk/client-secrets-manager";
import { arnOf } from "../../arn.ts";
import { findSecret } from "../../services/secrets-manager-lookup.ts";
import type { World } from "../../world.ts";
import { permission, type Permissions, tagging } from "../permission.ts";

/** A secret that is not there has no suffix yet: patterns that AWS recommends (`NAME-??????`) and those with `*` fit it all the same. */
export function secretArn(world: World, id = ""): string {
  const known = findSecret(world, id)?.arn;
  if (known !== undefined || id.startsWith("arn:")) return known ?? id;
  return arnOf(world, "secretsmanager", `secret:${id}-??????`);
}

const onSecret =
  (operation: string) =>
  ({ SecretId }: { SecretId: string | undefined }, world: World) => [
    permission(`secretsmanager:${operation}`, secretArn(world, SecretId)),
  ];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
export const secretsManagerPermissions: Permissions<typeof sdk> = {
  CreateSecret: ({ Name, Tags }, world) => [
    permission("secretsmanager:CreateSecret", secretArn(world, Name), { requestTags: Tags }),
    ...tagging("secretsmanager:TagResource", secretArn(world, Name), Tags),
  ],
  DescribeSecret: onSecret("DescribeSecret"),
  ListSecrets: () => [permission("secretsmanager:ListSecrets", "*")],
  DeleteSecret: onSecret("DeleteSecret"),
  RestoreSecret: onSecret("RestoreSecret"),
  TagResource: ({ SecretId, Tags }, world) => [
    permission("secretsmanager:TagResource", secretArn(world, SecretId), { requestTags: Tags }),
  ],
  UntagResource: ({ SecretId, TagKeys }, world) => [
    permission("secretsmanager:UntagResource", secretArn(world, SecretId), { tagKeys: TagKeys }),
  ],
  GetSecretValue: onSecret("GetSecretValue"),
  ListSecretVersionIds: onSecret("ListSecretVersionIds"),
  PutSecretValue: onSecret("PutSecretValue"),
  UpdateSecret: onSecret("UpdateSecret"),
  RotateSecret: onSecret("RotateSecret"),
};
