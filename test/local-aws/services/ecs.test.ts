import {
  ClientException,
  ClusterNotFoundException,
  ConflictException,
  ECS,
  InvalidParameterException,
  paginateListTasks,
  PlatformUnknownException,
  type RunTaskCommandInput,
} from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { LocalClock } from "../../../src/local-aws/clock.ts";
import { embeddingsOf, inventoryOf } from "../../../src/local-aws/inventory.ts";
import { ecsService } from "../../../src/local-aws/services/ecs/service.ts";
import { registerEmbeddingTask } from "../../../src/local-aws/stack/embedding.ts";
import { embeddingTask, names, putEmbedding } from "../ecs-stack.ts";
import { serveSmallWorld } from "../small-world.ts";

/** Time goes by when it is told to: by then, every task is where it was last seen. */
class HaltedClock extends LocalClock {
  readonly #waiting: (() => void)[] = [];

  override elapse(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  goOn(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

async function served() {
  const small = await serveSmallWorld([ecsService()]);
  const clock = new HaltedClock(1);
  Object.assign(small.world, { clock });
  putEmbedding(small.world);
  return { ...small, clock, ecs: new ECS(small.settings) };
}

const cluster = names.embeddingCluster;
const vpc = { subnets: [...names.privateSubnetIds], securityGroups: [names.taskSecurityGroupId] };
const network = (awsvpcConfiguration: Partial<typeof vpc>): Partial<RunTaskCommandInput> => ({
  networkConfiguration: { awsvpcConfiguration: { ...vpc, ...awsvpcConfiguration } },
});
const override = (name: string, more = {}): Partial<RunTaskCommandInput> => ({
  overrides: { containerOverrides: [{ name, ...more }] },
});

test.each<[string, Partial<RunTaskCommandInput>, RegExp | (new (options: never) => Error)]>([
  ["a cluster that is not there", { cluster: "none" }, ClusterNotFoundException],
  ["no cluster: there is no default one", { cluster: undefined }, ClusterNotFoundException],
  ["a family that is not there", { taskDefinition: "none" }, ClientException],
  ["a revision that is not there", { taskDefinition: `${names.embeddingTaskFamily}:9` }, ClientException],
  ["no task definition", { taskDefinition: undefined }, InvalidParameterException],
  ["no launch type, which is EC2", { launchType: undefined }, /No Container Instances/],
  ["a platform version that is not there", { platformVersion: "9.9.9" }, PlatformUnknownException],
  ["no network", { networkConfiguration: undefined }, /Network Configuration must be provided/],
  ["no subnet", network({ subnets: [] }), /subnets can not be empty/],
  ["a subnet that is not there", network({ subnets: ["subnet-0000"] }), /'subnet-0000' does not exist/],
  ["a security group that is not there", network({ securityGroups: ["sg-0000"] }), /'sg-0000' does not exist/],
  ["a subnet of another VPC", network({ subnets: ["subnet-0a"] }), /same VPC/],
  ["another container's command", override("Other"), /container named Other is not a container/],
  ["a command that is too long", override("Container", { command: ["x".repeat(9000)] }), /at most 8192/],
  ["eleven tasks", { count: 11 }, /between 1 and 10/],
  ["a startedBy with a blank", { startedBy: "a b" }, /startedBy/],
  ["what is not served", { capacityProviderStrategy: [] }, /does not support capacityProviderStrategy/],
])("RunTask refuses %s", async (_, more, refusal) => {
  await using at = await served();
  await expect(at.ecs.runTask(embeddingTask("user", "bot", more))).rejects.toThrow(refusal);
  expect(embeddingsOf(at.world)).toEqual([]);
});

test("a task is described as it begins, and a request with the same token begins none beside it", async () => {
  await using at = await served();
  const request = embeddingTask("user", "bot", { startedBy: "run/1", clientToken: "once", count: 2 });
  const { tasks = [], failures } = await at.ecs.runTask(request);
  expect(failures).toEqual([]);
  expect(tasks[0]).toMatchObject({
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    startedBy: "run/1",
    cpu: "2048",
    memory: "4096",
    taskDefinitionArn: expect.stringMatching(/:1$/) as string,
    containers: [{ name: "Container", lastStatus: "PENDING" }],
  });
  const again = await at.ecs.runTask(request);
  expect(again.tasks?.map(({ taskArn }) => taskArn)).toEqual(tasks.map(({ taskArn }) => taskArn));
  const conflict = at.ecs.runTask({ ...request, count: 1 });
  await expect(conflict).rejects.toThrow(ConflictException);
  await expect(conflict).rejects.toMatchObject({ resourceIds: tasks.map(({ taskArn }) => taskArn) });
  expect(embeddingsOf(at.world)).toEqual([{ bot: "bot", started: 2, ran: 0 }]);
});

test.each([
  ["resource-memory", "RESOURCE:MEMORY"],
  ["no-capacity", "Capacity is unavailable at this time"],
  ["vcpu-limit", "limit on the number of vCPUs"],
] as const)("%s comes as a failure in an answer of success, and its token is still good", async (kind, reason) => {
  await using at = await served();
  at.server.faults.add({ service: "ecs", operation: "RunTask", kind, times: 1 });
  const request = embeddingTask("user", "bot", { clientToken: "once" });
  const refused = await at.ecs.runTask(request);
  expect(refused).toMatchObject({ tasks: [], failures: [{ reason: expect.stringContaining(reason) as string }] });
  expect(embeddingsOf(at.world)).toEqual([]);
  expect((await at.ecs.runTask(request)).tasks).toHaveLength(1);
});

test("tasks are listed in pages, by who started them and what they are meant to be", async () => {
  await using at = await served();
  for (let bot = 0; bot < 7; bot += 1)
    await at.ecs.runTask(embeddingTask("user", String(bot), { startedBy: bot === 3 ? "other" : "run" }));
  const listed = async (filter: object) => {
    const pages: number[] = [];
    for await (const { taskArns = [] } of paginateListTasks({ client: at.ecs }, { cluster, ...filter }))
      pages.push(taskArns.length);
    return pages;
  };
  expect(await listed({})).toEqual([5, 2]);
  expect(await listed({ startedBy: "run" })).toEqual([5, 1]);
  expect(await listed({ desiredStatus: "STOPPED" })).toEqual([0]);
  expect(await listed({ family: names.embeddingTaskFamily, launchType: "FARGATE", maxResults: 3 })).toEqual([3, 3, 1]);
  expect(await listed({ launchType: "EC2" })).toEqual([0]);
  await expect(at.ecs.listTasks({ cluster, nextToken: "x" })).rejects.toThrow(InvalidParameterException);
  const { clusters, failures } = await at.ecs.describeClusters({ clusters: [cluster, "none"], include: ["TAGS"] });
  expect(clusters).toMatchObject([{ clusterName: cluster, pendingTasksCount: 7, runningTasksCount: 0 }]);
  expect(failures).toEqual([{ arn: "none", reason: "MISSING" }]);
});

test("a task that is stopped before it runs has no exit code, and an hour later nobody knows it", async () => {
  await using at = await served();
  const { tasks: [begun] = [] } = await at.ecs.runTask(embeddingTask("user", "bot", { clientToken: "once" }));
  const task = begun?.taskArn ?? "";
  const look = async () => (await at.ecs.describeTasks({ cluster, tasks: [task, "0123"] })).tasks?.[0];
  const { task: stopping } = await at.ecs.stopTask({ cluster, task, reason: "not needed" });
  expect(stopping).toMatchObject({ lastStatus: "PROVISIONING", desiredStatus: "STOPPED", stopCode: "UserInitiated" });
  const statuses: (string | undefined)[] = [];
  for (let step = 0; step < 3; step += 1) {
    at.clock.goOn();
    await new Promise(setImmediate);
    statuses.push((await look())?.lastStatus);
  }
  expect(statuses).toEqual(["PENDING", "DEPROVISIONING", "STOPPED"]);
  expect(await look()).toMatchObject({
    stoppedReason: "not needed",
    containers: [expect.not.objectContaining({ exitCode: expect.anything() as number }) as object],
  });
  expect(inventoryOf(at.world)["tasks"]).toEqual([]);
  expect(embeddingsOf(at.world)).toEqual([{ bot: "bot", started: 1, ran: 0 }]);

  at.server.faults.add({ service: "ecs", operation: "DescribeTasks", kind: "tasks-forgotten", times: 1 });
  const { tasks, failures } = await at.ecs.describeTasks({ cluster, tasks: [task, "0123"] });
  expect(tasks).toEqual([]);
  expect(failures).toMatchObject([
    { arn: task, reason: "MISSING" },
    { arn: expect.stringMatching(/:task\/.*\/0123$/) as string, reason: "MISSING" },
  ]);
  await expect(at.ecs.stopTask({ cluster, task })).rejects.toThrow("The referenced task was not found.");
  await at.ecs.runTask(embeddingTask("user", "bot", { clientToken: "once" }));
  expect(embeddingsOf(at.world)).toEqual([{ bot: "bot", started: 2, ran: 0 }]);
});

test.each([
  [3_599, 1],
  [3_601, 0],
])("a task that stopped %i seconds ago: %i known", async (seconds, known) => {
  await using at = await served();
  const { tasks: [begun] = [] } = await at.ecs.runTask(embeddingTask("user", "bot"));
  const [task] = at.world.ecs.tasks.values();
  Object.assign(task ?? {}, { stoppedAt: Date.now() - seconds * 1000 });
  const { tasks } = await at.ecs.describeTasks({ cluster, tasks: [begun?.taskArn ?? ""] });
  expect(tasks).toHaveLength(known);
});

test("DescribeTasks takes a hundred tasks, of its own cluster", async () => {
  await using at = await served();
  const ids = (count: number) => Array.from({ length: count }, (_, index) => index.toString(16).padStart(32, "0"));
  expect((await at.ecs.describeTasks({ cluster, tasks: ids(100) })).failures).toHaveLength(100);
  await expect(at.ecs.describeTasks({ cluster, tasks: ids(101) })).rejects.toThrow(InvalidParameterException);
  await expect(at.ecs.describeTasks({ cluster, tasks: [] })).rejects.toThrow(InvalidParameterException);
  const foreign = "arn:aws:ecs:us-east-1:111122223333:task/other/0123";
  await expect(at.ecs.describeTasks({ cluster, tasks: [foreign] })).rejects.toThrow(InvalidParameterException);
});

test("a family means its latest active revision", async () => {
  await using at = await served();
  const describe = async (taskDefinition: string) =>
    (await at.ecs.describeTaskDefinition({ taskDefinition })).taskDefinition;
  const first = await describe(names.embeddingTaskFamily);
  expect(first).toMatchObject({
    revision: 1,
    status: "ACTIVE",
    networkMode: "awsvpc",
    containerDefinitions: [{ name: "Container", logConfiguration: { logDriver: "awslogs" } }],
  });
  registerEmbeddingTask(at.world, names, "arn");
  expect(await describe(names.embeddingTaskFamily)).toMatchObject({ revision: 2, status: "ACTIVE" });
  expect(await describe(first?.taskDefinitionArn ?? "")).toMatchObject({ revision: 1, status: "INACTIVE" });
  await expect(describe("none")).rejects.toThrow(ClientException);
  const old = { taskDefinition: first?.taskDefinitionArn };
  await expect(at.ecs.runTask(embeddingTask("user", "bot", old))).rejects.toThrow("TaskDefinition is inactive");
});
