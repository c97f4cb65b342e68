import {
  CloudFormation,
  paginateDescribeStackEvents,
  paginateDescribeStacks,
  paginateListStackResources,
} from "@aws-sdk/client-cloudformation";
import { expect, test } from "vitest";
import { cloudFormationService } from "../../../src/local-aws/services/cloudformation.ts";
import type { Stack } from "../../../src/local-aws/services/cloudformation-state.ts";
import { serveSmallWorld } from "../small-world.ts";

function stack(name: string, more: Partial<Stack> = {}): Stack {
  const at = new Date("2026-01-01T00:00:00Z");
  return {
    name,
    id: `arn:aws:cloudformation:us-east-1:111122223333:stack/${name}/00000000-0000-4000-8000-000000000000`,
    createdAt: at,
    status: "CREATE_COMPLETE",
    updatedAt: undefined,
    outputs: [{ key: "VpcId", value: "vpc-0a" }],
    resources: Array.from({ length: 7 }, (_, n) => ({
      logicalId: `R${n}`,
      physicalId: `${name}-r${n}`,
      type: "AWS::EC2::Subnet",
      status: "CREATE_COMPLETE",
      at,
    })),
    events: Array.from({ length: 6 }, (_, n) => ({
      id: `${name}-e${n}`,
      logicalId: name,
      physicalId: name,
      type: "AWS::CloudFormation::Stack",
      status: "UPDATE_IN_PROGRESS",
      at: new Date(at.getTime() + n * 1000),
      ...(n === 0 ? { reason: "User Initiated" } : {}),
    })),
    ...more,
  };
}

async function serve(...stacks: readonly Stack[]) {
  const served = await serveSmallWorld([cloudFormationService()]);
  for (const each of stacks) served.world.cloudformation.set(each.name, each);
  return { client: new CloudFormation(served.settings), [Symbol.asyncDispose]: () => served.server.close() };
}

test("a stack is told by name and by id", async () => {
  const made = stack("BedrockChatStack", { outputs: [{ key: "VpcId", value: "vpc-0a", description: "d" }] });
  await using served = await serve(made);
  for (const StackName of [made.name, made.id]) {
    const { Stacks } = await served.client.describeStacks({ StackName });
    expect(Stacks).toEqual([
      {
        StackId: made.id,
        StackName: made.name,
        CreationTime: made.createdAt,
        StackStatus: "CREATE_COMPLETE",
        Outputs: [{ OutputKey: "VpcId", OutputValue: "vpc-0a", Description: "d" }],
      },
    ]);
  }
});

test("each operation says in its own words that a stack does not exist", async () => {
  await using served = await serve();
  const { client } = served;
  const StackName = "x";
  const refusals = [
    [client.describeStacks({ StackName }), "Stack with id x does not exist"],
    [client.describeStackEvents({ StackName }), "Stack [x] does not exist"],
    [client.describeStackResources({ StackName }), "Stack with id x does not exist"],
    [client.describeStackResource({ StackName, LogicalResourceId: "R" }), "Stack 'x' does not exist"],
    [client.listStackResources({ StackName }), "Stack with id x does not exist"],
  ] as const;
  for (const [answer, message] of refusals) {
    await expect(answer).rejects.toMatchObject({
      name: "ValidationError",
      message,
      $metadata: { httpStatusCode: 400 },
    });
  }
});

test("a deleted stack is told by its id only", async () => {
  const gone = stack("Gone", { status: "DELETE_COMPLETE" });
  await using served = await serve(gone, stack("Here"));
  const { client } = served;
  await expect(client.describeStacks({ StackName: "Gone" })).rejects.toThrow("does not exist");
  expect((await client.describeStacks({ StackName: gone.id })).Stacks).toHaveLength(1);
  expect((await client.describeStacks()).Stacks?.map((each) => each.StackName)).toEqual(["Here"]);
  expect((await client.listStacks()).StackSummaries).toHaveLength(2);
  const { StackSummaries } = await client.listStacks({ StackStatusFilter: ["DELETE_COMPLETE"] });
  expect(StackSummaries?.map((each) => each.StackName)).toEqual(["Gone"]);
});

test("stacks, events and resources come in pages, events newest first", async () => {
  const many = Array.from({ length: 6 }, (_, n) => stack(`S${n}`));
  await using served = await serve(...many);
  const { client } = served;
  const stacks: unknown[] = [];
  for await (const page of paginateDescribeStacks({ client }, {})) stacks.push(page.Stacks?.length);
  expect(stacks).toEqual([5, 1]);
  const events: unknown[] = [];
  for await (const page of paginateDescribeStackEvents({ client }, { StackName: "S0" })) {
    events.push(page.StackEvents?.map((event) => event.EventId));
  }
  expect(events).toEqual([["S0-e5", "S0-e4", "S0-e3", "S0-e2", "S0-e1"], ["S0-e0"]]);
  const resources: unknown[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName: "S0" })) {
    resources.push(page.StackResourceSummaries?.length);
  }
  expect(resources).toEqual([5, 2]);
  await expect(client.describeStacks({ NextToken: "rubbish" })).rejects.toMatchObject({ name: "ValidationError" });
  const { NextToken } = await client.describeStackEvents({ StackName: "S0" });
  await expect(client.describeStackEvents({ StackName: "S1", NextToken })).rejects.toThrow("Invalid next token");
});

test("resources are told by logical id and by physical id", async () => {
  await using served = await serve(stack("S"), stack("T"));
  const { client } = served;
  const { StackResourceDetail } = await client.describeStackResource({ StackName: "S", LogicalResourceId: "R1" });
  expect(StackResourceDetail).toMatchObject({ PhysicalResourceId: "S-r1", ResourceType: "AWS::EC2::Subnet" });
  await expect(client.describeStackResource({ StackName: "S", LogicalResourceId: "X" })).rejects.toThrow(
    "Resource X does not exist for stack S",
  );
  expect((await client.describeStackResources({ StackName: "S" })).StackResources).toHaveLength(7);
  const { StackResources } = await client.describeStackResources({
    PhysicalResourceId: "T-r1",
    LogicalResourceId: "R1",
  });
  expect(StackResources).toMatchObject([{ StackName: "T", PhysicalResourceId: "T-r1" }]);
  await expect(client.describeStackResources({ PhysicalResourceId: "x" })).rejects.toThrow(
    "Stack for x does not exist",
  );
});
