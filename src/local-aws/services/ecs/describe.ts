import type { Cluster, Task } from "@aws-sdk/client-ecs";
import type { World } from "../../world.ts";
import type { EcsCluster, EcsTask } from "./state.ts";

/** A task as it is now. Tags are told to who asks for them. */
export function taskSummary({ shown, container }: EcsTask, withTags: boolean): Task {
  const { tags, ...rest } = shown;
  return structuredClone({ ...rest, containers: [container], ...(withTags ? { tags } : {}) });
}

/** A cluster with the tasks that it has now. */
export function clusterSummary({ ecs }: World, { name, arn, tags }: EcsCluster, withTags: boolean): Cluster {
  const own = [...ecs.tasks.values()].filter((task) => task.cluster.arn === arn);
  const inStatus = (...statuses: string[]) =>
    own.filter(({ shown }) => statuses.includes(shown.lastStatus ?? "")).length;
  return {
    clusterArn: arn,
    clusterName: name,
    status: "ACTIVE",
    registeredContainerInstancesCount: 0,
    runningTasksCount: inStatus("RUNNING"),
    pendingTasksCount: inStatus("PROVISIONING", "PENDING"),
    activeServicesCount: 0,
    ...(withTags ? { tags: tags.map(({ Key: key, Value: value }) => ({ key, value })) } : {}),
  };
}
