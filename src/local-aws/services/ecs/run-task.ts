import { randomBytes } from "node:crypto";
import type { RunTaskRequest, TaskDefinition } from "@aws-sdk/client-ecs";
import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import type { FaultKind } from "../../fault-switches.ts";
import { supportsOnly, unsupported } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import { invalidParameter, tokenConflict } from "./faults.ts";
import { clusterOf, definitionOf } from "./look-up.ts";
import { placementFailures, type TaskMishap, taskMishaps } from "./mishaps.ts";
import { networkOf, type TaskNetwork } from "./network.ts";
import { botIn, invocationOf } from "./overrides.ts";
import type { EcsCluster, EcsTask, RunTaskAnswer } from "./state.ts";
import { live } from "./task-life.ts";

/**
 * Starts tasks on Fargate and gives them as they begin, or says why it placed none. A request with a token that is known does nothing but
 * answer again. Throws what RunTask refuses.
 */
export function runTask(world: World, input: RunTaskRequest, fault?: FaultKind): RunTaskAnswer {
  const { clientToken, ...request } = input;
  const cluster = clusterOf(world, input.cluster);
  const known = answerOf(world, cluster, clientToken);
  const asked = JSON.stringify(request);
  if (known && known.request !== asked) throw tokenConflict(known.tasks.map(({ shown }) => shown.taskArn ?? ""));
  if (known) return known;
  const plan = planOf(world, cluster, input);
  const reason = placementFailures[fault as keyof typeof placementFailures] as string | undefined;
  if (reason !== undefined)
    return { cluster: cluster.arn, request: asked, tasks: [], failures: [{ arn: cluster.arn, reason }] };
  const mishap = taskMishaps.find((kind) => kind === fault);
  const tasks = Array.from({ length: input.count ?? 1 }, (_, index) => newTask(world, plan, index, mishap));
  const answer = { cluster: cluster.arn, request: asked, tasks, failures: [] };
  if (clientToken !== undefined) world.ecs.answers.set(`${cluster.arn} ${clientToken}`, answer);
  for (const task of tasks) begin(world, task);
  return answer;
}

/** A token is good as long as its tasks are known: a choice. AWS keeps one for 24 hours at most (API reference, "Ensuring idempotency"). */
function answerOf({ ecs }: World, cluster: EcsCluster, token: string | undefined): RunTaskAnswer | undefined {
  const known = token === undefined ? undefined : ecs.answers.get(`${cluster.arn} ${token}`);
  return known?.tasks.every(({ id }) => ecs.tasks.has(id)) === true ? known : undefined;
}

interface Plan {
  readonly input: RunTaskRequest;
  readonly cluster: EcsCluster;
  readonly definition: TaskDefinition;
  readonly network: TaskNetwork;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

function planOf(world: World, cluster: EcsCluster, input: RunTaskRequest): Plan {
  checkShape(input);
  const definition = definitionOf(world, input.taskDefinition ?? "", "TaskDefinition not found.");
  if (definition.status !== "ACTIVE") throw clientErrorOfInactive();
  const network = networkOf(world, input.networkConfiguration);
  const container = definition.containerDefinitions?.[0] ?? {};
  return { input, cluster, definition, network, ...invocationOf(container, input.overrides) };
}

function checkShape(input: RunTaskRequest): void {
  supportsOnly(
    input,
    "cluster",
    "taskDefinition",
    "count",
    "launchType",
    "platformVersion",
    "networkConfiguration",
    "overrides",
    "startedBy",
    "clientToken",
    "group",
    "tags",
    "enableECSManagedTags",
    "enableExecuteCommand",
  );
  const { count = 1, launchType, platformVersion = "LATEST", startedBy = "-", clientToken = "-" } = input;
  if (input.enableExecuteCommand === true) throw unsupported("enableExecuteCommand");
  if (launchType === "EXTERNAL") throw unsupported("launchType EXTERNAL");
  if (count < 1 || count > 10) throw invalidParameter("Count should be between 1 and 10.");
  if (!/^[\w/-]{1,128}$/.test(startedBy)) throw invalidParameter("Invalid startedBy.");
  if (!/^[!-~]{1,64}$/.test(clientToken)) throw invalidParameter("Invalid clientToken.");
  if (!["LATEST", "1.4.0"].includes(platformVersion))
    throw new AwsFault("PlatformUnknownException", "The specified platform version does not exist.");
  // Without a launch type it is EC2, and a cluster of Fargate has no instances.
  if (launchType !== "FARGATE") throw invalidParameter("No Container Instances were found in your cluster.");
}

function clientErrorOfInactive(): AwsFault {
  return invalidParameter("TaskDefinition is inactive");
}

function newTask(world: World, plan: Plan, index: number, mishap: TaskMishap | undefined): EcsTask {
  const { input, cluster, definition, network } = plan;
  const id = randomBytes(16).toString("hex");
  const taskArn = arnOf(world, "ecs", `task/${cluster.name}/${id}`);
  const subnet = network.subnets[index % network.subnets.length] ?? network.subnets[0];
  const attachment = {
    id: randomBytes(16).toString("hex"),
    type: "ElasticNetworkInterface",
    status: "PRECREATED",
    details: [{ name: "subnetId", value: subnet.id }],
  };
  const image = definition.containerDefinitions?.[0];
  return {
    id,
    cluster,
    definition,
    shown: {
      attachments: [attachment],
      availabilityZone: subnet.availabilityZone,
      clusterArn: cluster.arn,
      cpu: definition.cpu,
      memory: definition.memory,
      createdAt: new Date(),
      desiredStatus: "RUNNING",
      lastStatus: "PROVISIONING",
      enableExecuteCommand: false,
      group: input.group ?? `family:${definition.family ?? ""}`,
      launchType: "FARGATE",
      overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...input.overrides },
      platformVersion: "1.4.0",
      platformFamily: "Linux",
      startedBy: input.startedBy,
      tags: [...(input.tags ?? []), ...managedTags(input, cluster)],
      taskArn,
      taskDefinitionArn: definition.taskDefinitionArn,
      version: 1,
      ephemeralStorage: { sizeInGiB: 20 },
      fargateEphemeralStorage: { sizeInGiB: 20 },
    },
    container: {
      containerArn: arnOf(world, "ecs", `container/${cluster.name}/${id}/${randomBytes(8).toString("hex")}`),
      taskArn,
      name: image?.name,
      image: image?.image,
      lastStatus: "PENDING",
      networkInterfaces: [],
      cpu: "0",
    },
    command: plan.command,
    environment: plan.environment,
    subnetIds: network.subnets.map((one) => one.id),
    securityGroupIds: network.securityGroupIds,
    mishap,
    kill: () => undefined,
    ended: Promise.resolve(),
    stoppedAt: undefined,
  };
}

function managedTags({ enableECSManagedTags }: RunTaskRequest, cluster: EcsCluster) {
  return enableECSManagedTags === true ? [{ key: "aws:ecs:clusterName", value: cluster.name }] : [];
}

function begin(world: World, task: EcsTask): void {
  const { ecs } = world;
  ecs.tasks.set(task.id, task);
  const bot = botIn(task.command);
  const count = ecs.counts.get(bot) ?? { started: 0, ran: 0 };
  count.started += 1;
  ecs.counts.set(bot, count);
  task.ended = live(world, task, () => (count.ran += 1));
  world.background(`task ${task.id}`, () => task.ended);
}
