import { randomUUID } from "node:crypto";
import { arnOf } from "../arn.ts";
import type { Stack } from "../services/cloudformation-state.ts";
import type { World } from "../world.ts";
import { stackName } from "./names.ts";

/** What CloudFormation tells of one resource at one moment. */
export interface ResourceNews {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

/** A stack that has just been asked for. */
export function newStack(world: World, uuid: string): Stack {
  const stack: Stack = {
    name: stackName,
    id: arnOf(world, "cloudformation", `stack/${stackName}/${uuid}`),
    createdAt: new Date(),
    status: "",
    updatedAt: undefined,
    outputs: [],
    resources: [],
    events: [],
  };
  world.cloudformation.set(stack.name, stack);
  setStackStatus(stack, "CREATE_IN_PROGRESS", "User Initiated");
  return stack;
}

/** Moves the stack to `status` and tells so. */
export function setStackStatus(stack: Stack, status: string, reason?: string): void {
  stack.status = status;
  if (status === "UPDATE_IN_PROGRESS") stack.updatedAt = new Date();
  tell(stack, {
    logicalId: stack.name,
    physicalId: stack.id,
    type: "AWS::CloudFormation::Stack",
    status,
    ...(reason === undefined ? {} : { reason }),
  });
}

/**
 * Tells an event and keeps the resource's state by it. A replaced resource's physical id is deleted in the clean-up phase: that
 * is told, and changes nothing of the resource, which has its new physical id by then.
 */
export function noteResource(stack: Stack, news: ResourceNews): void {
  tell(stack, news);
  if (news.status.startsWith("DELETE_")) return;
  const { logicalId, physicalId, type, status } = news;
  const resource = { logicalId, physicalId, type, status, at: new Date() };
  const index = stack.resources.findIndex((known) => known.logicalId === logicalId);
  if (index === -1) stack.resources.push(resource);
  else stack.resources[index] = resource;
}

/** Sets outputs by key; other outputs stay. */
export function setOutputs(stack: Stack, outputs: Readonly<Record<string, string>>): void {
  const kept = stack.outputs.filter(({ key }) => !(key in outputs));
  stack.outputs = [...kept, ...Object.entries(outputs).map(([key, value]) => ({ key, value }))];
}

function tell(stack: Stack, news: ResourceNews): void {
  stack.events.push({ id: `${news.logicalId}-${randomUUID()}`, ...news, at: new Date() });
}
