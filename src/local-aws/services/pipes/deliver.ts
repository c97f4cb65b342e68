import type { RunTaskRequest } from "@aws-sdk/client-ecs";
import type { World } from "../../world.ts";
import { runTask } from "../ecs/run-task.ts";
import type { Pipe } from "./state.ts";

/** An item in DynamoDB's own JSON. */
export type StreamItem = Readonly<Record<string, { readonly S?: string } | undefined>>;

/** Seconds until a pipe has read a record of a stream, roughly. */
const readAfter = 1;

/** The pipes that read the stream of a table. */
export function pipesFrom({ pipes }: World, table: string): Pipe[] {
  return [...pipes.values()].filter(({ source, starts }) => starts && source.includes(`:table/${table}/stream/`));
}

/**
 * Starts a task for an item as it has become, where the pipe's filter lets it through and the pipe runs: one that is being stopped still
 * does. What comes while it is stopped it never reads.
 */
export function deliver(world: World, pipe: Pipe, item: StreamItem): void {
  const { starts } = pipe;
  if (!starts?.filter(item)) return;
  world.background(`pipe ${pipe.name}`, async () => {
    await world.clock.elapse(readAfter);
    if (pipe.currentState === "RUNNING" || pipe.currentState === "STOPPING") runTask(world, starts.task(item));
  });
}

/** What a pipe does with records of a stream. */
export interface TaskTarget {
  /** Whether the item, as it has become, is let through. */
  filter(item: StreamItem): boolean;
  task(item: StreamItem): RunTaskRequest;
}
