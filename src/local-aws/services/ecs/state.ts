import type { Container, Failure, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Tag } from "../../tags.ts";
import type { Documents } from "./documents.ts";
import type { TaskMishap } from "./mishaps.ts";

/** A cluster that only Fargate runs tasks for. */
export interface EcsCluster {
  readonly name: string;
  readonly arn: string;
  readonly tags: Tag[];
}

/** A task and the process that it is. */
export interface EcsTask {
  readonly id: string;
  readonly cluster: EcsCluster;
  readonly definition: TaskDefinition;
  /** As DescribeTasks shows it, but for its one container. */
  readonly shown: Omit<Task, "containers">;
  readonly container: Container;
  /** What the container is started with. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** What was ordered to go wrong with it. */
  readonly mishap: TaskMishap | undefined;
  /** Ends its process with a signal; nothing where none runs. */
  kill: (signal: NodeJS.Signals) => void;
  /** Fulfilled when it has stopped. */
  ended: Promise<void>;
  /** Milliseconds since 1970. */
  stoppedAt: number | undefined;
}

/** An answer of RunTask, kept for those who ask again with the same token. */
export interface RunTaskAnswer {
  readonly cluster: string;
  /** The request without its token, as JSON: another one with this token is a conflict. */
  readonly request: string;
  readonly tasks: readonly EcsTask[];
  readonly failures: readonly Failure[];
}

/** How many tasks there were for a bot. */
export interface TaskCount {
  /** RunTask has answered with them. */
  started: number;
  /** Their process has begun. */
  ran: number;
}

export interface EcsState {
  /** By name. */
  readonly clusters: Map<string, EcsCluster>;
  /** All revisions of a family, the first first. */
  readonly taskDefinitions: Map<string, TaskDefinition[]>;
  /** By id, the oldest first; an hour after their end they are gone. */
  readonly tasks: Map<string, EcsTask>;
  /** By clientToken. */
  readonly answers: Map<string, RunTaskAnswer>;
  /** Of all tasks that there have ever been, by bot id; "" for those that name none. */
  readonly counts: Map<string, TaskCount>;
  readonly documents: Documents;
}

/** A Region without anything of ECS. */
export function newEcsState(): EcsState {
  return {
    clusters: new Map(),
    taskDefinitions: new Map(),
    tasks: new Map(),
    answers: new Map(),
    counts: new Map(),
    documents: new Map(),
  };
}
