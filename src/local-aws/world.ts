import type { LocalClock } from "./clock.ts";
import type { CloudFormationState } from "./services/cloudformation-state.ts";
import type { DmsState } from "./services/dms/state.ts";
import type { EcsState } from "./services/ecs/state.ts";
import type { Ec2State } from "./services/ec2-state.ts";
import type { IamState } from "./services/iam-state.ts";
import type { PipesState } from "./services/pipes/state.ts";
import type { RdsState } from "./services/rds/state.ts";
import type { SchedulerState } from "./services/scheduler/state.ts";
import type { SecretsState } from "./services/secrets-manager-state.ts";
import type { PostgresInstallation } from "./postgres/installation.ts";
import type { RoleSessions } from "./role-sessions.ts";
import type { Variants } from "./variants.ts";

/**
 * What one account holds in one Region. The services share it, as AWS's do: DMS reads roles, secrets, security groups and
 * clusters; a restore reads parameter groups.
 */
export interface World {
  readonly accountId: string;
  readonly region: string;
  readonly clock: LocalClock;
  /** How it behaves where the documentation leaves AWS's behaviour open. */
  readonly variants: Readonly<Variants>;
  /** Data directories of this world's PostgreSQL servers live below it. */
  readonly directory: string;
  readonly postgres: PostgresInstallation;
  readonly rds: RdsState;
  readonly dms: DmsState;
  readonly secrets: SecretsState;
  readonly iam: IamState;
  readonly ec2: Ec2State;
  readonly ecs: EcsState;
  readonly cloudformation: CloudFormationState;
  readonly scheduler: SchedulerState;
  /** The same Region in other accounts, as far as they were named: what they share is seen from here. */
  neighbours(): readonly World[];
  readonly pipes: PipesState;
  /** Where its services answer: for what they run. */
  endpoint(): string;
  readonly sessions: RoleSessions;
  /**
   * Runs work that AWS would do after it has answered (a status walk, a copy). A failure is kept for `local-aws` to print; it is
   * never thrown at the caller. Stopping the local AWS waits for it.
   */
  background(what: string, work: () => Promise<void>): void;
}
