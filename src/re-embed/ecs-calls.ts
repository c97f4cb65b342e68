import type { RunTaskRequest, TaskDefinition } from "@aws-sdk/client-ecs";
import type { AwsClients } from "../aws/clients.ts";
import { allPages } from "../aws/pages.ts";
import { ExpectedError } from "../errors.ts";
import { type Bot, keyOf } from "../stack/bots.ts";
import type { EmbeddingPlace } from "../stack/embedding.ts";
import { containerName, type EmbeddingTask, embeddingTaskOf } from "./embedding-task.ts";
import type { TaskSize } from "./prices.ts";
import { judgeStart, judgeStartError, type StartAnswer } from "./start-answer.ts";

/** The task definition as it is when the command begins: tasks of one command are of one revision. */
export interface PinnedTaskDefinition {
  /** With the revision. */
  readonly arn: string;
  readonly size: TaskSize;
  /** Of the container: which database and table it works on. */
  readonly environment: ReadonlyMap<string, string>;
  /** Where its tasks log to; undefined where they do not log to CloudWatch. */
  readonly logs: { readonly group: string; readonly streamPrefix: string } | undefined;
}

/** The newest active revision of the family. Throws an ExpectedError where it is none for embedding tasks on Fargate. */
export async function pinTaskDefinition(aws: AwsClients, family: string): Promise<PinnedTaskDefinition> {
  const { taskDefinition } = await aws.ecs.describeTaskDefinition({ taskDefinition: family });
  const container = taskDefinition?.containerDefinitions?.find(({ name }) => name === containerName);
  const size = taskDefinition === undefined ? undefined : sizeOf(taskDefinition);
  if (taskDefinition?.taskDefinitionArn === undefined || container === undefined || size === undefined)
    throw new ExpectedError(
      `Task definition ${family} is not that of Bedrock Chat's embedding tasks: it has no container ${containerName}, or no size for Fargate.`,
      "Was it changed by hand? Deploy the stack again. Nothing was started.",
    );
  const logs = container.logConfiguration?.options;
  const [group, streamPrefix] = [logs?.["awslogs-group"], logs?.["awslogs-stream-prefix"]];
  return {
    arn: taskDefinition.taskDefinitionArn,
    size,
    environment: new Map(container.environment?.map(({ name, value }) => [name ?? "", value ?? ""])),
    logs: group === undefined || streamPrefix === undefined ? undefined : { group, streamPrefix },
  };
}

/** CPU is told in 1024ths of a vCPU, memory in MiB. */
function sizeOf({ cpu, memory, runtimePlatform }: TaskDefinition): TaskSize | undefined {
  const [vcpu, gib] = [Number(cpu) / 1024, Number(memory) / 1024];
  if (!(vcpu > 0 && gib > 0)) return undefined;
  return { vcpu, memory: gib, architecture: runtimePlatform?.cpuArchitecture === "ARM64" ? "ARM64" : "X86_64" };
}

/** The stream of a task's log: the `awslogs` driver makes its name of prefix, container and task id. */
export function logStreamOf({ logs }: PinnedTaskDefinition, taskId: string): string | null {
  return logs === undefined ? null : `${logs.group} ${logs.streamPrefix}/${containerName}/${taskId}`;
}

export interface TaskRequest {
  readonly place: EmbeddingPlace;
  readonly taskDefinition: string;
  readonly bot: Pick<Bot, "owner" | "id">;
  readonly clientToken: string;
  readonly startedBy: string;
}

/** Asks for a bot's embedding task, as the stack's pipe does. Throws what repeating does not mend. */
export async function runTask(aws: AwsClients, request: TaskRequest): Promise<StartAnswer> {
  try {
    return judgeStart(await aws.ecs.runTask(runTaskRequest(request)));
  } catch (error) {
    const answer = judgeStartError(error);
    if (answer === undefined) throw error;
    return answer;
  }
}

function runTaskRequest({ place, taskDefinition, bot, clientToken, startedBy }: TaskRequest): RunTaskRequest {
  const command = ["-u", "embedding/main.py", JSON.stringify(keyOf(bot))];
  return {
    cluster: place.cluster,
    taskDefinition,
    launchType: "FARGATE",
    count: 1,
    clientToken,
    startedBy,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...place.subnetIds],
        securityGroups: [place.securityGroupId],
        // They are private, and reach the internet by NAT.
        assignPublicIp: "DISABLED",
      },
    },
    overrides: { containerOverrides: [{ name: containerName, command }] },
  };
}

export interface DescribedTasks {
  /** By ARN. */
  readonly tasks: ReadonlyMap<string, EmbeddingTask>;
  /** ARNs that ECS does not know: not yet, or, an hour after their end, no more. */
  readonly missing: ReadonlySet<string>;
}

/** DescribeTasks takes no more. */
const tasksAtOnce = 100;

/** What ECS knows of these tasks, a hundred a call. One that it cannot tell of at this moment is in neither list. */
export async function describeTasks(
  aws: AwsClients,
  cluster: string,
  arns: readonly string[],
): Promise<DescribedTasks> {
  const tasks = new Map<string, EmbeddingTask>();
  const missing = new Set<string>();
  for (let at = 0; at < arns.length; at += tasksAtOnce) {
    const answer = await aws.ecs.describeTasks({ cluster, tasks: arns.slice(at, at + tasksAtOnce) });
    for (const task of answer.tasks ?? []) tasks.set(task.taskArn ?? "", embeddingTaskOf(task));
    for (const { arn, reason } of answer.failures ?? []) if (reason === "MISSING") missing.add(arn ?? "");
  }
  return { tasks, missing };
}

/** The ARNs of tasks that run, or are about to; with `stopped`, of those that ended in the last hour. */
export async function listTasks(
  aws: AwsClients,
  cluster: string,
  filter: { readonly family: string } | { readonly startedBy: string },
  desiredStatus: "RUNNING" | "STOPPED" = "RUNNING",
): Promise<string[]> {
  return allPages(async (nextToken) => {
    const page = await aws.ecs.listTasks({
      cluster,
      ...filter,
      desiredStatus,
      ...(nextToken !== undefined && { nextToken }),
    });
    return { items: page.taskArns, next: page.nextToken };
  });
}
