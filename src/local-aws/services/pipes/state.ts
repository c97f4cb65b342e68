import type { TaskTarget } from "./deliver.ts";
import type { Tag } from "../../tags.ts";

export interface Pipe {
  readonly name: string;
  readonly arn: string;
  readonly source: string;
  readonly target: string;
  readonly createdAt: Date;
  readonly tags: Tag[];
  /** The tasks that it starts; none where it carries nothing. */
  readonly starts?: TaskTarget;
  changedAt: Date;
  desiredState: "RUNNING" | "STOPPED";
  currentState: "RUNNING" | "STOPPING" | "STOPPED" | "STARTING";
}

/** The pipes of an account in one Region, by name. */
export type PipesState = Map<string, Pipe>;
