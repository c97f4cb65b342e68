import type { DataMigration, InstanceProfile, MigrationProject } from "@aws-sdk/client-database-migration-service";
import { compareVersions } from "../../rds/versions.ts";
import type { World } from "../../../world.ts";
import { serviceRoleProblem } from "../access.ts";
import { readSelectionRules, type TableFilter } from "../selection-rules.ts";
import { endpointOf, withLogin, type Endpoint } from "./endpoint.ts";
import { MigrationFailure } from "./migration-failure.ts";
import { checkNetwork } from "./network.ts";

type PreparationMode = "drop-tables-on-target" | "truncate" | "do-nothing";

/** Everything that a data migration has found out before it touches a database. */
export interface Plan {
  readonly world: World;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly replicates: boolean;
  readonly selects: TableFilter;
  readonly mode: PreparationMode;
  readonly jobs: number;
  /** What the names inside the databases end with: the last part of the ARN, in lower case, since slot names have no capitals. */
  readonly suffix: string;
}

/**
 * Checks all that must be right before a start: roles, secrets, network, versions, logins, `wal_level`. What is wrong fails the
 * migration, as on AWS after "Starting" (user guide, dm-troubleshooting).
 */
export async function planRun(world: World, migration: DataMigration): Promise<Plan> {
  const settings = migration.DataMigrationSettings;
  const problem = serviceRoleProblem(world, migration.ServiceAccessRoleArn, settings?.CloudwatchLogsEnabled === true);
  if (problem !== undefined) throw new MigrationFailure(`Can't use the service access role. ${problem}`);
  const { project, profile } = parentsOf(world, migration);
  const plan: Plan = {
    world,
    source: endpointOf(world, "source", project.SourceDataProviderDescriptors?.[0]),
    target: endpointOf(world, "target", project.TargetDataProviderDescriptors?.[0]),
    replicates: migration.DataMigrationType !== "full-load",
    selects: readSelectionRules(settings?.SelectionRules, world.variants["rule-filters"]),
    mode: migration.TargetDataSettings?.[0]?.TablePreparationMode ?? world.variants["default-preparation"],
    jobs: settings?.NumberOfJobs ?? 1,
    suffix: (migration.DataMigrationArn ?? "").split(":").at(-1)?.toLowerCase() ?? "",
  };
  checkNetwork(world, profile, plan);
  checkVersions(plan);
  await checkLogins(plan);
  return plan;
}

function parentsOf(world: World, migration: DataMigration): { project: MigrationProject; profile: InstanceProfile } {
  const project = world.dms.migrationProjects.get(migration.MigrationProjectArn ?? "");
  const profile = world.dms.instanceProfiles.get(project?.InstanceProfileArn ?? "");
  if (project !== undefined && profile !== undefined) return { project, profile };
  throw new MigrationFailure("The migration project or its instance profile is gone.");
}

/** "You can't … migrate data from a higher database version to a lower database version" (user guide, data-migrations). */
function checkVersions({ source, target }: Plan): void {
  const order = compareVersions(source.cluster.engineVersion, target.cluster.engineVersion);
  if (order <= 0) return;
  throw new MigrationFailure(
    `The version of the source ${source.cluster.engineVersion} is higher than that of the target ${target.cluster.engineVersion}.`,
  );
}

async function checkLogins({ world, source, target, replicates }: Plan): Promise<void> {
  const ofSource = await walLevelOf(source);
  const ofTarget = await walLevelOf(target);
  const { variants } = world;
  if (replicates || variants["full-load-wal-level"] === "checked") requireLogical(source, ofSource);
  if (replicates && variants["target-replication"] === "required") requireLogical(target, ofTarget);
}

async function walLevelOf(endpoint: Endpoint): Promise<string> {
  return await withLogin(endpoint, async (client) => {
    const { rows } = await client.query<{ wal_level: string }>("SHOW wal_level");
    return rows[0]?.wal_level ?? "";
  });
}

function requireLogical({ side }: Endpoint, walLevel: string): void {
  if (walLevel === "logical") return;
  throw new MigrationFailure(
    `The ${side} database is not configured for logical replication: wal_level is ${walLevel}, it must be logical. Set ` +
      "rds.logical_replication to 1 in its DB cluster parameter group and reboot the writer instance.",
  );
}
