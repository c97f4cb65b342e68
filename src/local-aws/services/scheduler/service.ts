import * as sdk from "@aws-sdk/client-scheduler";
import { AwsFault } from "../../fault.ts";
import type { Handlers, Service } from "../../service.ts";

const handlers: Handlers<typeof sdk> = {
  GetSchedule({ Name: name, GroupName: group = "default" }, { world }) {
    const schedule = world.scheduler.get(`${group}/${name}`);
    if (!schedule) throw new AwsFault("ResourceNotFoundException", `Schedule ${name} does not exist.`, 404);
    const { target } = schedule;
    return {
      Arn: schedule.arn,
      Name: schedule.name,
      GroupName: schedule.groupName,
      Description: schedule.description,
      ScheduleExpression: schedule.expression,
      ScheduleExpressionTimezone: schedule.timezone,
      State: schedule.state,
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "NONE",
      Target: { Arn: target.arn, RoleArn: target.roleArn, Input: target.input },
      CreationDate: schedule.createdAt,
      LastModificationDate: schedule.createdAt,
    };
  },
};

/** Amazon EventBridge Scheduler, to look at: https://docs.aws.amazon.com/scheduler/latest/APIReference/Welcome.html */
export function schedulerService(): Service {
  return { signingName: "scheduler", protocol: "rest-json-1", target: "2021-06-30", sdk, handlers };
}
