import type { Stack } from "../services/cloudformation-state.ts";
import type { DbCluster } from "../services/rds/state.ts";
import type { Secret } from "../services/secrets-manager-state.ts";
import type { World } from "../world.ts";
import type { StackNames } from "./names.ts";

/** Bedrock Chat as it is deployed on the local AWS. */
export interface Deployment {
  readonly world: World;
  readonly stack: Stack;
  readonly names: StackNames;
  readonly dimensions: number;
  readonly dynamoDbPort: number;
  /** The same in v0 and v1. */
  readonly secret: Secret;
  readonly cluster: DbCluster;
  readonly password: string;
}
