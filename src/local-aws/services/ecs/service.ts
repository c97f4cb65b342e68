import * as sdk from "@aws-sdk/client-ecs";
import type { Handlers, Service } from "../../service.ts";
import { pageOf } from "../../paging.ts";
import { supportsOnly } from "../../unsupported.ts";
import { taskSummary, clusterSummary } from "./describe.ts";
import { invalidParameter } from "./faults.ts";
import { badToken, clusterOf, definitionOf, findTask } from "./look-up.ts";
import { forgetInTime } from "./remembered.ts";
import { runTask } from "./run-task.ts";
import type { EcsSdk } from "./sdk.ts";
import { move, stop } from "./task-life.ts";

const handlers: Handlers<EcsSdk> = {
  RunTask(input, call) {
    forgetInTime(call);
    const { tasks, failures } = runTask(call.world, input, call.fault);
    return { tasks: tasks.map((task) => taskSummary(task, true)), failures: [...failures] };
  },

  DescribeTasks(input, call) {
    supportsOnly(input, "cluster", "tasks", "include");
    const { world } = forgetInTime(call);
    const cluster = clusterOf(world, input.cluster);
    const { tasks = [], include = [] } = input;
    if (tasks.length === 0) throw invalidParameter("Tasks cannot be empty.");
    if (tasks.length > 100) throw invalidParameter("Tasks cannot be more than 100.");
    const looked = tasks.map((name) => [name, findTask(world, cluster, name)] as const);
    return {
      tasks: looked.flatMap(([, task]) => (task ? [taskSummary(task, include.includes("TAGS"))] : [])),
      failures: looked.flatMap(([name, task]) => (task ? [] : [{ arn: arnOfTask(name), reason: "MISSING" }])),
    };

    function arnOfTask(name: string): string {
      return name.startsWith("arn:") ? name : `${cluster.arn.replace(":cluster/", ":task/")}/${name}`;
    }
  },

  ListTasks(input, call) {
    supportsOnly(input, "cluster", "family", "startedBy", "desiredStatus", "launchType", "nextToken", "maxResults");
    const { world } = forgetInTime(call);
    const cluster = clusterOf(world, input.cluster);
    const { family, startedBy, desiredStatus = "RUNNING", launchType = "FARGATE", maxResults: limit } = input;
    if (limit !== undefined && (limit < 1 || limit > 100)) throw invalidParameter("maxResults must be from 1 to 100.");
    const wanted = [...world.ecs.tasks.values()].filter(
      (task) =>
        task.cluster === cluster &&
        (family ?? task.definition.family) === task.definition.family &&
        (startedBy ?? task.shown.startedBy) === task.shown.startedBy &&
        task.shown.desiredStatus === desiredStatus &&
        task.shown.launchType === launchType,
    );
    const page = pageOf(wanted, {
      list: "ecs:ListTasks",
      token: input.nextToken,
      limit,
      keyOf: ({ id }) => id,
      refuse: badToken,
    });
    return { taskArns: page.items.map(({ shown }) => shown.taskArn ?? ""), nextToken: page.next };
  },

  StopTask(input, call) {
    supportsOnly(input, "cluster", "task", "reason");
    const { world } = forgetInTime(call);
    const task = findTask(world, clusterOf(world, input.cluster), input.task ?? "");
    if (!task) throw invalidParameter("The referenced task was not found.");
    const runs = task.shown.lastStatus === "RUNNING";
    stop(task, "UserInitiated", input.reason ?? "Task stopped by user");
    if (runs) {
      move(task, "STOPPING");
      task.kill("SIGTERM");
    }
    return { task: taskSummary(task, true) };
  },

  DescribeTaskDefinition(input, { world }) {
    supportsOnly(input, "taskDefinition", "include");
    const definition = definitionOf(world, input.taskDefinition ?? "", "Unable to describe task definition.");
    return { taskDefinition: definition, ...(input.include?.includes("TAGS") ? { tags: [] } : {}) };
  },

  DescribeClusters(input, call) {
    supportsOnly(input, "clusters", "include");
    const { world } = forgetInTime(call);
    const looked = (input.clusters ?? ["default"]).map((name) => {
      const cluster = [...world.ecs.clusters.values()].find((one) => name === one.name || name === one.arn);
      return [name, cluster] as const;
    });
    const withTags = input.include?.includes("TAGS") ?? false;
    return {
      clusters: looked.flatMap(([, cluster]) => (cluster ? [clusterSummary(world, cluster, withTags)] : [])),
      failures: looked.flatMap(([name, cluster]) => (cluster ? [] : [{ arn: name, reason: "MISSING" }])),
    };
  },
};

/** Amazon ECS on Fargate, whose tasks are processes of this machine: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html */
export function ecsService(): Service {
  return {
    signingName: "ecs",
    protocol: "json-1.1",
    target: "AmazonEC2ContainerServiceV20141113",
    missingMemberCode: "InvalidParameterException",
    sdk,
    handlers,
  };
}
