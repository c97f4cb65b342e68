import type * as sdk from "@aws-sdk/client-rds";
import type { Handlers } from "../../service.ts";
import type { World } from "../../world.ts";
import { listPage } from "./lists.ts";
import type { RdsSdk } from "./sdk.ts";
import {
  compareVersions,
  defaultVersion,
  familyOf,
  majorOf,
  releasedVersions,
  serverlessCapacity,
  supportedMajors,
} from "./versions.ts";

const engine = "aurora-postgresql";
const instanceClasses = ["db.serverless", "db.r6g.large", "db.t4g.medium"];

/** Which versions of the engine the Region has, and what runs them. */
export const engineVersionHandlers: Handlers<RdsSdk> = {
  DescribeDBEngineVersions(input, { world }) {
    const page = listPage(wantedVersions(world, input), input, {
      operation: "DescribeDBEngineVersions",
      keyOf: (version) => version,
      filters: {
        status: (version) => statusOf(world, version),
        "engine-version": (version) => version,
        "db-parameter-group-family": familyOf,
        engine: () => engine,
      },
    });
    return { DBEngineVersions: page.items.map((version) => describeVersion(world, version)), Marker: page.marker };
  },

  DescribeDBMajorEngineVersions(input) {
    const majors = input.Engine === undefined || input.Engine === engine ? supportedMajors : [];
    const page = listPage(
      majors.filter(({ major }) => input.MajorEngineVersion === undefined || input.MajorEngineVersion === major),
      input,
      { operation: "DescribeDBMajorEngineVersions", keyOf: ({ major }) => major },
    );
    const lifecycles = ({ standard, extended }: (typeof supportedMajors)[number]) => [
      lifecycle("open-source-rds-standard-support", ...standard),
      lifecycle("open-source-rds-extended-support", ...extended),
    ];
    return {
      DBMajorEngineVersions: page.items.map((one) => ({
        Engine: engine,
        MajorEngineVersion: one.major,
        SupportedEngineLifecycles: lifecycles(one),
      })),
      Marker: page.marker,
    };
  },

  DescribeOrderableDBInstanceOptions(input, { world }) {
    const versions = input.Engine === engine ? world.rds.engineVersions : [];
    const options = versions.flatMap((version) =>
      instanceClasses.map((instanceClass) => ({
        Engine: engine,
        EngineVersion: version,
        DBInstanceClass: instanceClass,
        LicenseModel: "postgresql-license",
        StorageType: "aurora",
        SupportedEngineModes: ["provisioned"],
        SupportsClusters: true,
        Vpc: true,
      })),
    );
    const wanted = options.filter(
      (option) =>
        (input.EngineVersion ?? option.EngineVersion) === option.EngineVersion &&
        (input.DBInstanceClass ?? option.DBInstanceClass) === option.DBInstanceClass,
    );
    const page = listPage(wanted, input, {
      operation: "DescribeOrderableDBInstanceOptions",
      keyOf: (option) => `${option.EngineVersion} ${option.DBInstanceClass}`,
    });
    return { OrderableDBInstanceOptions: page.items, Marker: page.marker };
  },
};

function lifecycle(name: sdk.LifecycleSupportName, start: string, end: string): sdk.SupportedEngineLifecycle {
  return {
    LifecycleSupportName: name,
    LifecycleSupportStartDate: new Date(start),
    LifecycleSupportEndDate: new Date(`${end}T23:59:59Z`),
  };
}

/** Available versions only, unless the request wants all of them or filters by status (fact of the API: IncludeAll). */
function wantedVersions(world: World, input: sdk.DescribeDBEngineVersionsMessage): string[] {
  if (input.Engine !== undefined && input.Engine !== engine) return [];
  const available = world.rds.engineVersions;
  if (input.DefaultOnly) return [defaultVersion(available)];
  const filtersByStatus = input.Filters?.some(({ Name }) => Name === "status");
  const all = input.IncludeAll || filtersByStatus ? [...new Set([...releasedVersions, ...available])] : [...available];
  const { EngineVersion: wanted, DBParameterGroupFamily: family } = input;
  return all
    .filter((version) => wanted === undefined || version === wanted || String(majorOf(version)) === wanted)
    .filter((version) => family === undefined || familyOf(version) === family)
    .toSorted(compareVersions);
}

function statusOf(world: World, version: string): "available" | "deprecated" {
  return world.rds.engineVersions.includes(version) ? "available" : "deprecated";
}

function describeVersion(world: World, version: string): sdk.DBEngineVersion {
  return {
    Engine: engine,
    EngineVersion: version,
    MajorEngineVersion: String(majorOf(version)),
    Status: statusOf(world, version),
    DBParameterGroupFamily: familyOf(version),
    DBEngineDescription: "Aurora (PostgreSQL)",
    DBEngineVersionDescription: `Aurora PostgreSQL (Compatible with PostgreSQL ${version})`,
    SupportedEngineModes: ["provisioned"],
    ServerlessV2FeaturesSupport: serverlessCapacity(version),
    ValidUpgradeTarget: world.rds.engineVersions
      .filter((target) => compareVersions(target, version) > 0)
      .map((target) => ({
        Engine: engine,
        EngineVersion: target,
        Description: `Aurora PostgreSQL (Compatible with PostgreSQL ${target})`,
        AutoUpgrade: false,
        IsMajorVersionUpgrade: majorOf(target) !== majorOf(version),
        SupportedEngineModes: ["provisioned"],
      })),
  };
}
