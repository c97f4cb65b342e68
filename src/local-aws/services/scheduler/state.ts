/** A schedule as it was made with the stack. It can be looked at; nothing here acts on its time. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly groupName: string;
  readonly description: string;
  /** `cron(0 20 * * ? *)`, `rate(…)` or `at(…)`. */
  readonly expression: string;
  readonly timezone: string;
  readonly state: "ENABLED" | "DISABLED";
  readonly target: { readonly arn: string; readonly roleArn: string; readonly input: string };
  readonly createdAt: Date;
}

/** Schedules by `GROUP/NAME`. */
export type SchedulerState = Map<string, Schedule>;

/** A Region without schedules. */
export function newSchedulerState(): SchedulerState {
  return new Map();
}
