import type {
  CreateMigrationProjectMessage,
  DataProviderDescriptor,
  DataProviderDescriptorDefinition,
  MigrationProject,
} from "@aws-sdk/client-database-migration-service";
import { arnOf } from "../../arn.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import { secretProblem } from "./access.ts";
import { findDataProvider } from "./data-providers.ts";
import {
  accessDenied,
  alreadyExists,
  invalidOperation,
  invalidParameter,
  invalidState,
  resourceNotFound,
} from "./faults.ts";
import { findInstanceProfile } from "./instance-profiles.ts";
import { filtered, paged, type Listing } from "./listing.ts";
import { checkDescription, checkName, newResourceId } from "./names.ts";
import type { DmsSdk } from "./sdk.ts";
import { checkTags, keepTags } from "./tags.ts";

const listing: Listing<MigrationProject> = {
  operation: "DescribeMigrationProjects",
  keyOf: (project) => project.MigrationProjectArn ?? "",
  filters: {
    "migration-project-identifier": (project) => [project.MigrationProjectArn, project.MigrationProjectName],
    "instance-profile-identifier": (project) => [project.InstanceProfileArn, project.InstanceProfileName],
    "data-provider-identifier": (project) =>
      descriptorsOf(project).flatMap(({ DataProviderArn, DataProviderName }) => [DataProviderArn, DataProviderName]),
  },
};

/** The operations on migration projects: which provider is the source, which the target, and the secrets of both. */
export const migrationProjectHandlers: Handlers<DmsSdk> = {
  CreateMigrationProject(input, { world }) {
    supportsOnly(
      input,
      "MigrationProjectName",
      "SourceDataProviderDescriptors",
      "TargetDataProviderDescriptors",
      "InstanceProfileIdentifier",
      "Description",
      "Tags",
    );
    checkTags(input.Tags);
    const project = newProject(world, input);
    const arn = project.MigrationProjectArn ?? "";
    world.dms.migrationProjects.set(arn, project);
    keepTags(world, arn, input.Tags);
    return { MigrationProject: project };
  },

  DescribeMigrationProjects(input, { world }) {
    const { items, Marker } = paged(filtered(world.dms.migrationProjects.values(), input, listing), input, listing);
    return { MigrationProjects: items, Marker };
  },

  DeleteMigrationProject({ MigrationProjectIdentifier = "" }, { world }) {
    const project = findMigrationProject(world, MigrationProjectIdentifier);
    const arn = project.MigrationProjectArn ?? "";
    const users = [...world.dms.dataMigrations.values()].filter((migration) => migration.MigrationProjectArn === arn);
    if (users.length > 0) throw invalidState(`Migration project ${arn} still has data migrations.`);
    world.dms.migrationProjects.delete(arn);
    world.dms.tags.delete(arn);
    return { MigrationProject: project };
  },
};

/** The project of this name or ARN. */
export function findMigrationProject(world: World, nameOrArn: string): MigrationProject {
  const project = [...world.dms.migrationProjects.values()].find(
    ({ MigrationProjectArn, MigrationProjectName }) =>
      MigrationProjectArn === nameOrArn || MigrationProjectName === nameOrArn,
  );
  if (project === undefined) throw resourceNotFound(`Migration project ${nameOrArn} was not found.`);
  return project;
}

function newProject(world: World, input: CreateMigrationProjectMessage): MigrationProject {
  const id = newResourceId();
  const name = input.MigrationProjectName ?? `migration-project-${id.toLowerCase()}`;
  checkName("MigrationProjectName", name);
  checkDescription(input.Description);
  if ([...world.dms.migrationProjects.values()].some((project) => project.MigrationProjectName === name)) {
    throw alreadyExists(`Migration project ${name} already exists.`);
  }
  const profile = findInstanceProfile(world, input.InstanceProfileIdentifier ?? "");
  const source = checkedDescriptor(world, "Source", input.SourceDataProviderDescriptors);
  const target = checkedDescriptor(world, "Target", input.TargetDataProviderDescriptors);
  checkSameEngine(world, source, target);
  return {
    MigrationProjectName: name,
    MigrationProjectArn: arnOf(world, "dms", `migration-project:${id}`),
    MigrationProjectCreationTime: new Date(),
    SourceDataProviderDescriptors: [source],
    TargetDataProviderDescriptors: [target],
    InstanceProfileArn: profile.InstanceProfileArn,
    InstanceProfileName: profile.InstanceProfileName,
    Description: input.Description,
  };
}

/** The descriptor as it is kept: by ARN and name. Its secret must exist, and its role be able to read it. */
function checkedDescriptor(
  world: World,
  side: "Source" | "Target",
  descriptors: readonly DataProviderDescriptorDefinition[] | undefined,
): DataProviderDescriptor {
  const [descriptor, ...others] = descriptors ?? [];
  if (descriptor === undefined || others.length > 0) {
    throw invalidParameter(`${side}DataProviderDescriptors must have exactly one element.`);
  }
  const provider = findDataProvider(world, descriptor.DataProviderIdentifier ?? "");
  const { SecretsManagerSecretId, SecretsManagerAccessRoleArn } = descriptor;
  const problem = secretProblem(world, SecretsManagerSecretId, SecretsManagerAccessRoleArn);
  if (problem?.what === "secret") throw resourceNotFound(problem.message);
  if (problem !== undefined) throw accessDenied(problem.message);
  return {
    SecretsManagerSecretId,
    SecretsManagerAccessRoleArn,
    DataProviderName: provider.DataProviderName,
    DataProviderArn: provider.DataProviderArn,
  };
}

function checkSameEngine(world: World, source: DataProviderDescriptor, target: DataProviderDescriptor): void {
  const [sourceEngine, targetEngine] = [source, target].map(
    ({ DataProviderArn = "" }) => findDataProvider(world, DataProviderArn).Engine,
  );
  if (sourceEngine === targetEngine) return;
  throw invalidOperation("The source and the target data provider must be of the same type.");
}

function descriptorsOf(project: MigrationProject): DataProviderDescriptor[] {
  return [...(project.SourceDataProviderDescriptors ?? []), ...(project.TargetDataProviderDescriptors ?? [])];
}
