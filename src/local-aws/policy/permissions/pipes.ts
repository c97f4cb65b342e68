import type * as sdk from "@aws-sdk/client-pipes";
import { arnOf } from "../../arn.ts";
import type { World } from "../../world.ts";
import { permission, type Permissions } from "../permission.ts";

const onPipe =
  (operation: string) =>
  ({ Name = "*" }: { Name?: string | undefined }, world: World) => [
    permission(`pipes:${operation}`, arnOf(world, "pipes", `pipe/${Name}`)),
  ];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgepipes.html */
export const pipesPermissions: Permissions<typeof sdk> = {
  DescribePipe: onPipe("DescribePipe"),
  ListPipes: () => [permission("pipes:ListPipes", "*")],
  StartPipe: onPipe("StartPipe"),
  StopPipe: onPipe("StopPipe"),
};
