export interface Stack {
  readonly name: string;
  readonly id: string;
  readonly createdAt: Date;
  status: string;
  updatedAt: Date | undefined;
  outputs: { key: string; value: string; description?: string }[];
  resources: { logicalId: string; physicalId: string; type: string; status: string; at: Date }[];
  /** Oldest first; the API answers newest first. */
  readonly events: {
    id: string;
    logicalId: string;
    physicalId: string;
    type: string;
    status: string;
    reason?: string;
    at: Date;
  }[];
}

/** Stacks by name. */
export type CloudFormationState = Map<string, Stack>;

/** A Region without stacks. */
export function newCloudFormationState(): CloudFormationState {
  return new Map();
}
