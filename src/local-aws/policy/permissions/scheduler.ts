import type * as sdk from "@aws-sdk/client-scheduler";
import { arnOf } from "../../arn.ts";
import { permission, type Permissions } from "../permission.ts";

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html */
export const schedulerPermissions: Permissions<typeof sdk> = {
  GetSchedule: ({ Name = "*", GroupName = "default" }, world) => [
    permission("scheduler:GetSchedule", arnOf(world, "scheduler", `schedule/${GroupName}/${Name}`)),
  ],
};
