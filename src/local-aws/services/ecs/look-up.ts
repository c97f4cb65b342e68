import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { AwsFault } from "../../fault.ts";
import type { World } from "../../world.ts";
import { clientError, clusterNotFound, invalidParameter } from "./faults.ts";
import type { EcsCluster, EcsTask } from "./state.ts";

/** The cluster that a request names by its short name or ARN; `default` where it names none. Throws ClusterNotFoundException. */
export function clusterOf({ ecs }: World, nameOrArn = "default"): EcsCluster {
  const cluster = [...ecs.clusters.values()].find(({ name, arn }) => nameOrArn === name || nameOrArn === arn);
  if (!cluster) throw clusterNotFound();
  return cluster;
}

/**
 * The task definition of a family (its latest active revision), `family:revision` or ARN. Throws ClientException with `message` where there
 * is none.
 */
export function definitionOf({ ecs }: World, name: string, message: string): TaskDefinition {
  const [, family = "", revision] = /^(?:arn:[^/]+\/)?([^:/]+)(?::(\d+))?$/.exec(name) ?? [];
  const revisions = ecs.taskDefinitions.get(family) ?? [];
  const found =
    revision === undefined
      ? revisions.findLast(({ status }) => status === "ACTIVE")
      : revisions.find((one) => one.revision === Number(revision));
  if (!found || (name.startsWith("arn:") && found.taskDefinitionArn !== name)) throw clientError(message);
  return found;
}

/**
 * The task of a cluster by its id or ARN, or `undefined`: also for one that is forgotten. Throws InvalidParameterException for an ARN of
 * another cluster.
 */
export function findTask({ ecs }: World, cluster: EcsCluster, idOrArn: string): EcsTask | undefined {
  const [, clusterName, id = idOrArn] = /^arn:aws:ecs:[^:]*:[^:]*:task\/([^/]+)\/([^/]+)$/.exec(idOrArn) ?? [];
  if (clusterName !== undefined && clusterName !== cluster.name)
    throw invalidParameter("The cluster identifier in the task ARN does not match the cluster.");
  const task = ecs.tasks.get(id);
  return task?.cluster === cluster ? task : undefined;
}

/** Refuses a token that a list did not give. */
export function badToken(): AwsFault {
  return invalidParameter("Invalid token.");
}
