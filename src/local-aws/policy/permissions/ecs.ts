import { arnOf } from "../../arn.ts";
import type { EcsSdk } from "../../services/ecs/sdk.ts";
import type { World } from "../../world.ts";
import { passing, permission, type Permissions, tagging } from "../permission.ts";

const clusterName = (nameOrArn = "default") => nameOrArn.split("/").at(-1) ?? "";

/** `ecs:cluster` is the cluster's ARN, however the request names it. */
const inCluster = (world: World, cluster: string | undefined) => ({
  keys: { "ecs:cluster": arnOf(world, "ecs", `cluster/${clusterName(cluster)}`) },
});

function taskArn(world: World, cluster: string | undefined, idOrArn = "*"): string {
  return idOrArn.startsWith("arn:") ? idOrArn : arnOf(world, "ecs", `task/${clusterName(cluster)}/${idOrArn}`);
}

/** The revision that a request means; what it names where there is none. */
function definitionOf(world: World, name = "*") {
  const [family = "", revision] = name.replace(/^arn:[^/]+\//, "").split(":");
  const revisions = world.ecs.taskDefinitions.get(family) ?? [];
  const found =
    revision === undefined
      ? revisions.findLast(({ status }) => status === "ACTIVE")
      : revisions.find((one) => String(one.revision) === revision);
  const arn = arnOf(world, "ecs", `task-definition/${family}:${revision ?? "*"}`);
  return { arn: found?.taskDefinitionArn ?? arn, roles: [found?.taskRoleArn, found?.executionRoleArn] };
}

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html. Who runs a task hands its
 * definition's roles to it, and tags at creation need ecs:TagResource.
 */
export const ecsPermissions: Permissions<EcsSdk> = {
  RunTask(input, world) {
    const { arn, roles } = definitionOf(world, input.taskDefinition);
    const requestTags = input.tags?.map(({ key: Key, value: Value }) => ({ Key, Value }));
    return [
      permission("ecs:RunTask", arn, { ...inCluster(world, input.cluster), requestTags }),
      ...passing("ecs-tasks.amazonaws.com", roles),
      ...tagging("ecs:TagResource", taskArn(world, input.cluster), requestTags),
    ];
  },
  DescribeTasks: ({ cluster, tasks = [] }, world) =>
    tasks.map((task) => permission("ecs:DescribeTasks", taskArn(world, cluster, task), inCluster(world, cluster))),
  /** Its resource type is the container instance, of which Fargate has none. */
  ListTasks: ({ cluster }, world) => [
    permission(
      "ecs:ListTasks",
      arnOf(world, "ecs", `container-instance/${clusterName(cluster)}/*`),
      inCluster(world, cluster),
    ),
  ],
  StopTask: ({ cluster, task }, world) => [
    permission("ecs:StopTask", taskArn(world, cluster, task), inCluster(world, cluster)),
  ],
  DescribeTaskDefinition: () => [permission("ecs:DescribeTaskDefinition", "*")],
  DescribeClusters: ({ clusters = ["default"] }, world) =>
    clusters.map((name) => permission("ecs:DescribeClusters", arnOf(world, "ecs", `cluster/${clusterName(name)}`))),
};
