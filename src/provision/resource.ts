import type { Context } from "../context.ts";
import type { Look } from "../wait.ts";

/** The tag that every resource of a run carries; its value is the run's id. */
export const runTag = "bedrock-chat-migrate:run";
/** The tag beside it: the stack that the run works on, so that a run whose journal is lost is found for the right one. */
export const stackTag = "bedrock-chat-migrate:stack";

/** What a resource is tagged with. */
export interface RunOwner {
  readonly id: string;
  readonly stack: string;
}

/** The deterministic name of a run's resource, valid for RDS, DMS, IAM, EC2 and Secrets Manager alike (63 characters at most). */
export function nameInRun(runId: string, suffix: string): string {
  return `${namePrefix}${runId}-${suffix}`;
}

/** What every run's names begin with. */
export const namePrefix = "bcm-";

export interface Found<State> {
  readonly state: State;
  /** The run whose tag it carries; undefined for what somebody else made. */
  readonly run: string | undefined;
  readonly stack: string | undefined;
}

/** What finding and removing a resource takes: AWS, and whose. */
export type AwsScope = Pick<Context, "aws" | "account" | "region">;

/**
 * One kind of AWS resource: how it is found by its name, when it is usable, and how it goes away. Knows nothing of why it is
 * made, so that cleanup needs only a kind and a name.
 */
export interface ResourceKind<State> {
  readonly kind: string;
  /** Kinds that must be ready before this one is made, and may be removed only after it is gone. */
  readonly needs: readonly string[];
  find(scope: AwsScope, name: string): Promise<Found<State> | undefined>;
  /** The names of all that could be some run's, by the prefix of the name. `find` tells whether it is. */
  names(scope: AwsScope): Promise<string[]>;
  /** Pure judgement: usable, or in which state. Throws an ExpectedError when it failed for good. */
  look(state: State): Look<State>;
  /** What the journal and `status` tell of it. Never a secret. */
  facts(state: State): Readonly<Record<string, string>>;
  /** Asks AWS to remove it. Called again at every look until it is gone, so it must bear "already going". */
  remove(scope: AwsScope, name: string, state: State): Promise<void>;
  /** Error names that mean "still used by something that is going": look again later. */
  readonly busyErrors: readonly string[];
  /** Minutes within which it is made, or removed; a production account needs the longest seen, doubled. */
  readonly timeoutMinutes: number;
}

/** Gives the state of a resource that is ready; throws for one that the graph does not hold. */
export type StateOf = <State>(resource: Resource<State>) => State;

/** One resource of a run: a kind, a name, and how to make it. */
export interface Resource<State> {
  readonly kind: ResourceKind<State>;
  readonly name: string;
  /** Minutes within which it is made, where the operator has said so; else the kind's. */
  readonly timeoutMinutes?: number | undefined;
  create(stateOf: StateOf): Promise<void>;
  /** What must hold besides existing (a policy on a role, a value in a group); done again on every run, so idempotent. */
  complete?(state: State, stateOf: StateOf): Promise<void>;
}
