import type { Tag } from "../../tags.ts";

export interface Pipe {
  readonly name: string;
  readonly arn: string;
  readonly source: string;
  readonly target: string;
  readonly createdAt: Date;
  readonly tags: Tag[];
  changedAt: Date;
  desiredState: "RUNNING" | "STOPPED";
  currentState: "RUNNING" | "STOPPING" | "STOPPED" | "STARTING";
}

/** The pipes of an account in one Region, by name. */
export type PipesState = Map<string, Pipe>;
