import type { Task } from "@aws-sdk/client-ecs";
import { z } from "zod";

/** Upstream names the one container of the task definition so. */
export const containerName = "Container";

/** An embedding task as ECS describes it, whoever started it. */
export interface EmbeddingTask {
  readonly arn: string;
  /** The last part of the ARN: what the task writes into LastExecId. */
  readonly id: string;
  /** The bot that its command names; undefined where that is not to be read. */
  readonly bot: string | undefined;
  readonly startedBy: string | undefined;
  readonly status: string;
  readonly stopped: boolean;
  /** Milliseconds since 1970, by ECS's clock. */
  readonly createdAt: number | undefined;
  /** From when on it is billed: the image's download. */
  readonly pullStartedAt: number | undefined;
  readonly stoppedAt: number | undefined;
  /** 0 also where the embedding failed. */
  readonly exitCode: number | undefined;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
}

/** Reads what matters from ECS's description. Pure. */
export function embeddingTaskOf(task: Task): EmbeddingTask {
  const arn = task.taskArn ?? "";
  const container = task.containers?.find((one) => one.name === containerName) ?? task.containers?.[0];
  const override = task.overrides?.containerOverrides?.find((one) => one.name === containerName);
  return {
    arn,
    id: taskIdOf(arn),
    bot: botOfCommand(override?.command?.at(-1)),
    startedBy: task.startedBy,
    status: task.lastStatus ?? "unknown",
    stopped: task.lastStatus === "STOPPED",
    createdAt: task.createdAt?.getTime(),
    pullStartedAt: task.pullStartedAt?.getTime(),
    stoppedAt: task.stoppedAt?.getTime(),
    exitCode: container?.exitCode,
    stopCode: task.stopCode,
    stoppedReason: [task.stoppedReason, container?.reason].filter(Boolean).join("; ") || undefined,
  };
}

export function taskIdOf(arn: string): string {
  return arn.split("/").at(-1) ?? "";
}

const keys = z.object({ SK: z.object({ S: z.string() }) });

/** The bot's id in the keys that an embedding task is given, by this tool, by the stack's pipe or by upstream's script. */
function botOfCommand(argument: string | undefined): string | undefined {
  if (argument === undefined) return undefined;
  try {
    const read = keys.safeParse(JSON.parse(argument));
    return read.success ? read.data.SK.S.split("#").at(-1) : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds that Fargate bills of a task so far. */
export function billedMs(task: Pick<EmbeddingTask, "pullStartedAt" | "stoppedAt">, now: number): number {
  if (task.pullStartedAt === undefined) return 0;
  return Math.max(0, (task.stoppedAt ?? now) - task.pullStartedAt);
}
