import { randomBytes } from "node:crypto";
import type * as sdk from "@aws-sdk/client-secrets-manager";
import { arnOf } from "../arn.ts";
import { AwsFault } from "../fault.ts";
import { pageOf } from "../paging.ts";
import type { Handlers } from "../service.ts";
import { putTags, removeTags } from "../tags.ts";
import { supportsOnly } from "../unsupported.ts";
import type { World } from "../world.ts";
import { filterSecrets } from "./secrets-manager-filters.ts";
import { findSecret, secretOf, usableSecret } from "./secrets-manager-lookup.ts";
import type { Secret } from "./secrets-manager-state.ts";
import { invalidNextToken, putVersion, versionStages } from "./secrets-manager-versions.ts";

/** Secrets, less their values. */
export const secretHandlers: Handlers<typeof sdk> = {
  CreateSecret(input, { world }) {
    supportsOnly(input, "Name", "ClientRequestToken", "Description", "KmsKeyId", "SecretString", "Tags");
    const { Name: name = "", SecretString: value, ClientRequestToken: token } = input;
    checkName(name);
    const present = findSecret(world, name);
    if (present) return createdAlready(present, value, token);
    const secret = newSecret(world, name, input);
    const version = value === undefined ? {} : { VersionId: putVersion(secret, value, token) };
    world.secrets.set(secret.arn, secret);
    return { ARN: secret.arn, Name: name, ...version };
  },

  /** Works on a secret whose deletion is ordered too: it tells when. */
  DescribeSecret: (input, { world }) => describe(secretOf(world, input.SecretId)),

  ListSecrets(input, { world }) {
    supportsOnly(input, "Filters", "IncludePlannedDeletion", "MaxResults", "NextToken", "SortOrder");
    const listed = filterSecrets([...world.secrets.values()], input.Filters ?? [])
      .filter((secret) => secret.deletedAt === undefined || input.IncludePlannedDeletion === true)
      .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    const page = pageOf(input.SortOrder === "asc" ? listed.toReversed() : listed, {
      list: "secretsmanager:ListSecrets",
      token: input.NextToken,
      limit: input.MaxResults,
      keyOf: (secret) => secret.arn,
      refuse: invalidNextToken,
    });
    const secrets = page.items.map((secret) => {
      const { VersionIdsToStages, ...entry } = describe(secret);
      return { ...entry, SecretVersionsToStages: VersionIdsToStages };
    });
    return { SecretList: secrets, ...(page.next === undefined ? {} : { NextToken: page.next }) };
  },

  DeleteSecret(input, { world }) {
    const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false } = input;
    checkRecoveryWindow(days, force);
    if (force) return deleteAtOnce(world, input.SecretId ?? "");
    const secret = usableSecret(world, input.SecretId);
    secret.deletedAt = new Date();
    const deletion = new Date(secret.deletedAt.getTime() + (days ?? 30) * 24 * 3600 * 1000);
    return { ARN: secret.arn, Name: secret.name, DeletionDate: deletion };
  },

  RestoreSecret(input, { world }) {
    const secret = secretOf(world, input.SecretId);
    secret.deletedAt = undefined;
    return { ARN: secret.arn, Name: secret.name };
  },

  TagResource(input, { world }) {
    putTags(usableSecret(world, input.SecretId).tags, input.Tags);
    return {};
  },

  UntagResource(input, { world }) {
    removeTags(usableSecret(world, input.SecretId).tags, input.TagKeys);
    return {};
  },
};

function newSecret(world: World, name: string, input: sdk.CreateSecretCommandInput): Secret {
  const secret: Secret = {
    name,
    arn: arnOf(world, "secretsmanager", `secret:${name}-${arnSuffix()}`),
    tags: [],
    createdAt: new Date(),
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    value: "",
    versionId: "",
    rotationEnabled: false,
    deletedAt: undefined,
  };
  putTags(secret.tags, input.Tags);
  return secret;
}

/** The six characters by which a secret's ARN differs from that of an earlier secret of the same name. */
function arnSuffix(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return [...randomBytes(6)].map((byte) => letters.charAt(byte % letters.length)).join("");
}

/** The same token and string as the present version: AWS takes the request for a retry, and answers as it did the first time. */
function createdAlready(present: Secret, value: string | undefined, token: string | undefined) {
  if (present.deletedAt !== undefined) {
    throw new AwsFault(
      "InvalidRequestException",
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  if (token !== undefined && token === present.versionId && value === present.value) {
    return { ARN: present.arn, Name: present.name, VersionId: present.versionId };
  }
  throw new AwsFault(
    "ResourceExistsException",
    `The operation failed because the secret ${present.name} already exists.`,
  );
}

function checkName(name: string): void {
  if (/^[\w/+=.@-]{1,512}$/.test(name)) return;
  throw new AwsFault(
    "ValidationException",
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  );
}

function checkRecoveryWindow(days: number | undefined, force: boolean): void {
  if (days === undefined) return;
  if (force) {
    throw new AwsFault(
      "InvalidParameterException",
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days < 7 || days > 30) {
    throw new AwsFault(
      "InvalidParameterException",
      "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    );
  }
}

/** Forced deletion of a secret that is not there is no error, as the API reference of DeleteSecret says. */
function deleteAtOnce(world: World, id: string) {
  const secret = findSecret(world, id);
  if (!secret) return { Name: id, DeletionDate: new Date() };
  world.secrets.delete(secret.arn);
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date() };
}

function describe(secret: Secret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    CreatedDate: secret.createdAt,
    RotationEnabled: secret.rotationEnabled,
    Tags: secret.tags.map(({ Key, Value }) => ({ Key, Value })),
    VersionIdsToStages: versionStages(secret),
    ...(secret.description === undefined ? {} : { Description: secret.description }),
    ...(secret.kmsKeyId === undefined ? {} : { KmsKeyId: secret.kmsKeyId }),
    ...(secret.rotationLambdaArn === undefined ? {} : { RotationLambdaARN: secret.rotationLambdaArn }),
    ...(secret.deletedAt === undefined ? {} : { DeletedDate: secret.deletedAt }),
  };
}
