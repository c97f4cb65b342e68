import type { AwsClients } from "./clients.ts";

/** When the standard support of a version's major version of Aurora PostgreSQL ends; undefined where AWS does not say. */
export async function standardSupportEnd(aws: AwsClients, version: string): Promise<Date | undefined> {
  const [MajorEngineVersion = version] = version.split(".");
  const answer = await aws.rds.describeDBMajorEngineVersions({ Engine: "aurora-postgresql", MajorEngineVersion });
  const lifecycles = answer.DBMajorEngineVersions?.flatMap((one) => one.SupportedEngineLifecycles ?? []) ?? [];
  return lifecycles.find((one) => one.LifecycleSupportName === "open-source-rds-standard-support")
    ?.LifecycleSupportEndDate;
}
