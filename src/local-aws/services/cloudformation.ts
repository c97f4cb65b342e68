import * as sdk from "@aws-sdk/client-cloudformation";
import { AwsFault } from "../fault.ts";
import { pageOf } from "../paging.ts";
import type { Handlers, Service } from "../service.ts";
import { supportsOnly } from "../unsupported.ts";
import type { World } from "../world.ts";
import type { Stack } from "./cloudformation-state.ts";

const handlers: Handlers<typeof sdk> = {
  DescribeStacks(input, { world }) {
    const named = input.StackName;
    const all = [...world.cloudformation.values()].filter((stack) => stack.status !== "DELETE_COMPLETE");
    const stacks = named === undefined ? all : [stackNamed(world, named, `Stack with id ${named} does not exist`)];
    const page = pageOf(
      newestFirst(stacks),
      pageRequest("DescribeStacks", input.NextToken, (stack) => stack.id),
    );
    return { Stacks: page.items.map(describeStack), NextToken: page.next };
  },

  ListStacks(input, { world }) {
    supportsOnly(input, "NextToken", "StackStatusFilter");
    const wanted: readonly string[] | undefined = input.StackStatusFilter;
    const stacks = [...world.cloudformation.values()].filter(
      (stack) => !wanted?.length || wanted.includes(stack.status),
    );
    const page = pageOf(
      newestFirst(stacks),
      pageRequest("ListStacks", input.NextToken, (stack) => stack.id),
    );
    return { StackSummaries: page.items.map(summariseStack), NextToken: page.next };
  },

  DescribeStackEvents(input, { world }) {
    const stack = stackNamed(world, input.StackName, `Stack [${input.StackName}] does not exist`);
    const list = `DescribeStackEvents:${stack.id}`;
    const page = pageOf(
      stack.events.toReversed(),
      pageRequest(list, input.NextToken, (event) => event.id),
    );
    return { StackEvents: page.items.map((event) => describeEvent(stack, event)), NextToken: page.next };
  },

  /** This operation has no pages: it answers the first hundred. */
  DescribeStackResources(input, { world }) {
    const stack = input.StackName === undefined ? ownerOf(world, input.PhysicalResourceId) : undefined;
    const asked = stack ?? stackNamed(world, input.StackName, `Stack with id ${input.StackName} does not exist`);
    const logicalId = input.LogicalResourceId;
    const matching = asked.resources.filter((resource) => logicalId === undefined || resource.logicalId === logicalId);
    const resources = matching.slice(0, 100);
    return {
      StackResources: resources.map((resource) => ({ ...resourceOf(asked, resource), Timestamp: resource.at })),
    };
  },

  DescribeStackResource(input, { world }) {
    const stack = stackNamed(world, input.StackName, `Stack '${input.StackName}' does not exist`);
    const resource = stack.resources.find(({ logicalId }) => logicalId === input.LogicalResourceId);
    if (!resource) throw notFound(`Resource ${input.LogicalResourceId} does not exist for stack ${input.StackName}`);
    return { StackResourceDetail: { ...resourceOf(stack, resource), LastUpdatedTimestamp: resource.at } };
  },

  ListStackResources(input, { world }) {
    const stack = stackNamed(world, input.StackName, `Stack with id ${input.StackName} does not exist`);
    const list = `ListStackResources:${stack.id}`;
    const page = pageOf(
      stack.resources,
      pageRequest(list, input.NextToken, (resource) => resource.logicalId),
    );
    const summaries = page.items.map((resource) => {
      const { StackName: _name, StackId: _id, ...summary } = resourceOf(stack, resource);
      return { ...summary, LastUpdatedTimestamp: resource.at };
    });
    return { StackResourceSummaries: summaries, NextToken: page.next };
  },
};

/** AWS CloudFormation, to look at only: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html */
export function cloudFormationService(): Service {
  return {
    signingName: "cloudformation",
    protocol: "query",
    target: "2010-05-15",
    xmlNamespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
    missingMemberCode: "ValidationError",
    sdk,
    handlers,
  };
}

/** A stack by name or by id; a deleted stack only by its id, as the API reference of DescribeStacks says. */
function stackNamed(world: World, nameOrId: string | undefined, message: string): Stack {
  const stacks = [...world.cloudformation.values()];
  const found = stacks.find(
    ({ name, id, status }) => id === nameOrId || (name === nameOrId && status !== "DELETE_COMPLETE"),
  );
  if (!found) throw notFound(message);
  return found;
}

function ownerOf(world: World, physicalId: string | undefined): Stack {
  if (physicalId === undefined) throw notFound("Either StackName or PhysicalResourceId must be specified");
  const stacks = [...world.cloudformation.values()];
  const found = stacks.find((stack) => stack.resources.some((resource) => resource.physicalId === physicalId));
  if (!found) throw notFound(`Stack for ${physicalId} does not exist`);
  return found;
}

/** CloudFormation has no code of its own for what does not exist. */
function notFound(message: string): AwsFault {
  return new AwsFault("ValidationError", message);
}

function pageRequest<T>(list: string, token: string | undefined, keyOf: (item: T) => string) {
  return { list: `cloudformation:${list}`, token, keyOf, refuse: invalidToken };
}

function invalidToken(): AwsFault {
  return new AwsFault("ValidationError", "Invalid next token");
}

function newestFirst(stacks: readonly Stack[]): Stack[] {
  return stacks.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

function summariseStack(stack: Stack) {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: stack.createdAt,
    StackStatus: stack.status as sdk.StackStatus,
    ...(stack.updatedAt === undefined ? {} : { LastUpdatedTime: stack.updatedAt }),
  };
}

function describeStack(stack: Stack): sdk.Stack {
  return {
    ...summariseStack(stack),
    Outputs: stack.outputs.map(({ key, value, description }) => ({
      OutputKey: key,
      OutputValue: value,
      ...(description === undefined ? {} : { Description: description }),
    })),
  };
}

function resourceOf(stack: Stack, resource: Stack["resources"][number]) {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    ResourceStatus: resource.status as sdk.ResourceStatus,
  };
}

function describeEvent(stack: Stack, event: Stack["events"][number]): sdk.StackEvent {
  return {
    StackId: stack.id,
    StackName: stack.name,
    EventId: event.id,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    ResourceStatus: event.status as sdk.ResourceStatus,
    Timestamp: event.at,
    ...(event.reason === undefined ? {} : { ResourceStatusReason: event.reason }),
  };
}
