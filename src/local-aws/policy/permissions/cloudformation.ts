import type * as sdk from "@aws-sdk/client-cloudformation";
import { arnOf } from "../../arn.ts";
import type { World } from "../../world.ts";
import { permission, type Permissions } from "../permission.ts";

/** The ARN of a stack by its name, or by itself: a stack's id is one. */
function stackArn(world: World, nameOrId: string | undefined): string {
  if (nameOrId === undefined || nameOrId.startsWith("arn:"))
    return nameOrId ?? arnOf(world, "cloudformation", "stack/*/*");
  return world.cloudformation.get(nameOrId)?.id ?? arnOf(world, "cloudformation", `stack/${nameOrId}/*`);
}

const onStack =
  (operation: string) =>
  ({ StackName }: { StackName?: string | undefined }, world: World) => [
    permission(`cloudformation:${operation}`, stackArn(world, StackName)),
  ];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html */
export const cloudFormationPermissions: Permissions<typeof sdk> = {
  /** Without a name it "requires `ListStacks` and `DescribeStacks` permissions" (API reference of DescribeStacks). */
  DescribeStacks: (input, world) => [
    ...onStack("DescribeStacks")(input, world),
    ...(input.StackName === undefined ? [permission("cloudformation:ListStacks", "*")] : []),
  ],
  ListStacks: () => [permission("cloudformation:ListStacks", "*")],
  DescribeStackEvents: onStack("DescribeStackEvents"),
  DescribeStackResources(input, world) {
    const owner = [...world.cloudformation.values()].find((stack) =>
      stack.resources.some(({ physicalId }) => physicalId === input.PhysicalResourceId),
    );
    return onStack("DescribeStackResources")({ StackName: input.StackName ?? owner?.id }, world);
  },
  DescribeStackResource: onStack("DescribeStackResource"),
  ListStackResources: onStack("ListStackResources"),
};
