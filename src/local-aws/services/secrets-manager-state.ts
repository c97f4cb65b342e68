export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly tags: { Key?: string | undefined; Value?: string | undefined }[];
  readonly createdAt: Date;
  description: string | undefined;
  kmsKeyId?: string | undefined;
  rotationLambdaArn?: string | undefined;
  /** The AWSCURRENT version's string; empty, with an empty version id, while the secret has no version. */
  value: string;
  versionId: string;
  /** The AWSPREVIOUS version. */
  previous?: { readonly value: string; readonly versionId: string } | undefined;
  rotationEnabled: boolean;
  /** When its deletion was ordered. The local AWS keeps it after the recovery window too: nothing lives that long here. */
  deletedAt: Date | undefined;
}

/** Secrets by ARN. */
export type SecretsState = Map<string, Secret>;

/** A Region without secrets. */
export function newSecretsState(): SecretsState {
  return new Map();
}
