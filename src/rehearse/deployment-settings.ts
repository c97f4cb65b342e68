import { UsageError } from "../errors.ts";
import type { RdsSchedules } from "../local-aws/stack/schedules.ts";

export { type Release, releases, versionOfDeploy } from "../local-aws/stack/release.ts";

/** The schedules that a flag's text names: `cron(0 20 * * ? *);cron(0 8 * * ? *)`. Throws a UsageError for another text. */
export function rdsSchedulesOf(text: string): RdsSchedules {
  const [stop = "", start = "", ...more] = text.split(";").map((part) => part.trim());
  if (start !== "" && stop !== "" && more.length === 0) return { stop, start };
  throw new UsageError(
    "--rds-schedules takes two expressions: when the cluster stops, and when it starts.",
    "For example --rds-schedules 'cron(0 20 * * ? *);cron(0 8 * * ? *)'.",
  );
}

/** The same as a flag's text. */
export function scheduleSettingOf({ stop, start }: RdsSchedules): string {
  return `${stop};${start}`;
}
