import { randomBytes } from "node:crypto";
import type { TaskStopCode } from "@aws-sdk/client-ecs";
import type { World } from "../../world.ts";
import { runContainer } from "./container.ts";
import { seconds } from "./durations.ts";
import type { EcsTask } from "./state.ts";

/**
 * A task's life to its end: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html. The process runs
 * while the task is RUNNING, and the task is RUNNING as long as it runs; `onRun` is called as it begins.
 */
export async function live(world: World, task: EcsTask, onRun: () => void): Promise<void> {
  await world.clock.elapse(seconds.provision);
  attach(task);
  move(task, "PENDING");
  task.shown.connectivity = "CONNECTED";
  task.shown.connectivityAt = new Date();
  task.shown.pullStartedAt = new Date();
  await world.clock.elapse(seconds.pull);
  if (task.mishap === "task-start-fails") stop(task, "TaskFailedToStart", startFailure(task));
  else if (isMeantToRun(task)) {
    task.shown.pullStoppedAt = new Date();
    onRun();
    await run(world, task);
  }
  task.shown.executionStoppedAt = new Date();
  move(task, "DEPROVISIONING");
  await world.clock.elapse(seconds.deprovision);
  detach(task);
  move(task, "STOPPED");
  task.shown.stoppedAt = new Date();
  task.stoppedAt = Date.now();
}

/** Orders its end, unless it was ordered before; a process that runs is the caller's to end. */
export function stop(task: EcsTask, code: TaskStopCode, reason: string): void {
  const { shown } = task;
  if (!isMeantToRun(task)) return;
  shown.desiredStatus = "STOPPED";
  shown.stopCode = code;
  shown.stoppedReason = reason;
  shown.stoppingAt = new Date();
}

/** Moves the task to a status, its container with it as far as containers have that status. */
export function move(task: EcsTask, status: string): void {
  task.shown.lastStatus = status;
  task.shown.version = (task.shown.version ?? 0) + 1;
  if (status === "RUNNING") task.container.lastStatus = "RUNNING";
  if (status === "DEPROVISIONING") task.container.lastStatus = "STOPPED";
}

async function run(world: World, task: EcsTask): Promise<void> {
  task.shown.startedAt = new Date();
  task.container.runtimeId = `${task.id}-${randomBytes(5).readUInt32BE()}`;
  move(task, "RUNNING");
  const { exitCode, killed } = await runContainer(world, task);
  task.container.exitCode = exitCode;
  if (killed && isMeantToRun(task)) task.container.reason = "OutOfMemoryError: Container killed due to memory usage";
  stop(task, "EssentialContainerExited", "Essential container in task exited");
}

function isMeantToRun({ shown }: EcsTask): boolean {
  return shown.desiredStatus === "RUNNING";
}

function startFailure({ definition }: EcsTask): string {
  const image = definition.containerDefinitions?.[0]?.image ?? "";
  return `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${image}: i/o timeout`;
}

function attach({ shown, container }: EcsTask): void {
  const [attachment] = shown.attachments ?? [];
  if (!attachment) return;
  const address = `10.0.0.${String(4 + (randomBytes(1).readUInt8() % 250))}`;
  attachment.status = "ATTACHED";
  attachment.details?.push(
    { name: "networkInterfaceId", value: `eni-0${randomBytes(8).toString("hex")}` },
    { name: "privateIPv4Address", value: address },
  );
  container.networkInterfaces = [{ attachmentId: attachment.id, privateIpv4Address: address }];
}

function detach({ shown }: EcsTask): void {
  for (const attachment of shown.attachments ?? []) attachment.status = "DELETED";
}
