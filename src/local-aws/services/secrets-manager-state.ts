export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly tags: { Key?: string | undefined; Value?: string | undefined }[];
  readonly createdAt: Date;
  description: string | undefined;
  /** The AWSCURRENT version's string. */
  value: string;
  versionId: string;
  rotationEnabled: boolean;
  deletedAt: Date | undefined;
}

/** Secrets by ARN. */
export type SecretsState = Map<string, Secret>;
