import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-secrets-manager";
import { AwsFault } from "../fault.ts";
import { pageOf } from "../paging.ts";
import type { Handlers } from "../service.ts";
import { supportsOnly, unsupported } from "../unsupported.ts";
import { secretOf, usableSecret } from "./secrets-manager-lookup.ts";
import type { Secret } from "./secrets-manager-state.ts";

/** The stages of the versions a secret has, as DescribeSecret and ListSecrets tell them. */
export function versionStages(secret: Secret): Record<string, string[]> {
  const stages: Record<string, string[]> = {};
  if (secret.versionId !== "") stages[secret.versionId] = ["AWSCURRENT"];
  if (secret.previous) stages[secret.previous.versionId] = ["AWSPREVIOUS"];
  return stages;
}

/**
 * Makes this string the AWSCURRENT version, whose id is the request's token. The same token with the same string is the same
 * version; with another string it throws ResourceExistsException.
 */
export function putVersion(secret: Secret, value: string, token: string | undefined): string {
  const versionId = token ?? randomUUID();
  const present = [secret, secret.previous].find((version) => version?.versionId === versionId);
  if (present && present.value !== value) {
    throw new AwsFault(
      "ResourceExistsException",
      `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  if (present) return versionId;
  if (secret.versionId !== "") secret.previous = { value: secret.value, versionId: secret.versionId };
  secret.value = value;
  secret.versionId = versionId;
  return versionId;
}

/** Values of secrets, and what changes them. */
export const secretVersionHandlers: Handlers<typeof sdk> = {
  GetSecretValue(input, { world }) {
    const secret = usableSecret(world, input.SecretId);
    const { value, versionId } = versionWanted(secret, input.VersionId, input.VersionStage);
    const stages = versionStages(secret)[versionId] ?? [];
    const { arn, name, createdAt } = secret;
    return {
      ARN: arn,
      Name: name,
      VersionId: versionId,
      SecretString: value,
      VersionStages: stages,
      CreatedDate: createdAt,
    };
  },

  /** The versions that have a stage. AWS keeps others for a while, which IncludeDeprecated asks for: there are none here. */
  ListSecretVersionIds(input, { world }) {
    supportsOnly(input, "SecretId", "MaxResults", "NextToken", "IncludeDeprecated");
    const secret = secretOf(world, input.SecretId);
    const versions = Object.entries(versionStages(secret)).map(([VersionId, VersionStages]) => ({
      VersionId,
      VersionStages,
      CreatedDate: secret.createdAt,
    }));
    const page = pageOf(versions, {
      list: `secretsmanager:ListSecretVersionIds:${secret.arn}`,
      token: input.NextToken,
      limit: input.MaxResults,
      keyOf: ({ VersionId }) => VersionId,
      refuse: invalidNextToken,
    });
    const next = page.next === undefined ? {} : { NextToken: page.next };
    return { ARN: secret.arn, Name: secret.name, Versions: page.items, ...next };
  },

  PutSecretValue(input, { world }) {
    supportsOnly(input, "SecretId", "SecretString", "ClientRequestToken");
    const secret = usableSecret(world, input.SecretId);
    if (input.SecretString === undefined) {
      throw new AwsFault("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
    }
    const versionId = putVersion(secret, input.SecretString, input.ClientRequestToken);
    const stages = versionStages(secret)[versionId] ?? [];
    return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: stages };
  },

  UpdateSecret(input, { world }) {
    supportsOnly(input, "SecretId", "SecretString", "ClientRequestToken", "Description", "KmsKeyId");
    const secret = usableSecret(world, input.SecretId);
    const { SecretString: value, ClientRequestToken: token } = input;
    const version = value === undefined ? {} : { VersionId: putVersion(secret, value, token) };
    secret.description = input.Description ?? secret.description;
    secret.kmsKeyId = input.KmsKeyId ?? secret.kmsKeyId;
    return { ARN: secret.arn, Name: secret.name, ...version };
  },

  /**
   * Switches rotation on. No Lambda function can run here, so an immediate rotation (which is the default) is refused: a caller
   * says RotateImmediately false.
   */
  RotateSecret(input, { world }) {
    supportsOnly(input, "SecretId", "ClientRequestToken", "RotationLambdaARN", "RotationRules", "RotateImmediately");
    const secret = usableSecret(world, input.SecretId);
    if (input.RotationLambdaARN === undefined && secret.rotationLambdaArn === undefined) {
      throw new AwsFault("InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.");
    }
    if (input.RotateImmediately !== false) throw unsupported("an immediate rotation");
    secret.rotationLambdaArn = input.RotationLambdaARN ?? secret.rotationLambdaArn;
    secret.rotationEnabled = true;
    return { ARN: secret.arn, Name: secret.name };
  },
};

/** Secrets Manager's refusal of a token that it did not give. */
export function invalidNextToken(): AwsFault {
  return new AwsFault("InvalidNextTokenException", "The NextToken value is invalid.");
}

function versionWanted(secret: Secret, id: string | undefined, stage: string | undefined) {
  const current = secret.versionId === "" ? undefined : secret;
  const versions = { AWSCURRENT: current, AWSPREVIOUS: secret.previous };
  if (id !== undefined) {
    const found = [current, secret.previous].find((version) => version?.versionId === id);
    if (!found) throw noSuchValue(`VersionId: ${id}`);
    if (stage !== undefined && !versionStages(secret)[id]?.includes(stage)) {
      throw new AwsFault(
        "InvalidRequestException",
        "You provided a VersionStage that is not associated to the provided VersionId.",
      );
    }
    return found;
  }
  const wanted = stage ?? "AWSCURRENT";
  const found = wanted === "AWSCURRENT" || wanted === "AWSPREVIOUS" ? versions[wanted] : undefined;
  if (!found) throw noSuchValue(`staging label: ${wanted}`);
  return found;
}

function noSuchValue(what: string): AwsFault {
  return new AwsFault("ResourceNotFoundException", `Secrets Manager can't find the specified secret value for ${what}`);
}
