export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly tags: { Key?: string | undefined; Value?: string | undefined }[];
  /** JSON, as it was given. */
  assumeRolePolicyDocument: string;
  description: string | undefined;
  /** Inline policies: JSON by name. */
  readonly policies: Map<string, string>;
  /** ARNs of attached managed policies. */
  readonly attached: Set<string>;
}

/** Roles by name. */
export type IamState = Map<string, Role>;

/** An account without roles. */
export function newIamState(): IamState {
  return new Map();
}
