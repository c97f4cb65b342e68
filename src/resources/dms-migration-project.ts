import type { MigrationProject } from "@aws-sdk/client-database-migration-service";
import { oncePropagated } from "../aws/propagation.ts";
import { allPages } from "../aws/pages.ts";
import type { Context } from "../context.ts";
import type { Resource, ResourceKind, RunOwner } from "../provision/resource.ts";
import { foundInDms, noneIfUnknown } from "./dms-found.ts";
import { oursAmong, tagsOfRun } from "./tags.ts";

/** A DMS migration project: two data providers with their logins, and an instance profile. */
export const dmsMigrationProject: ResourceKind<MigrationProject> = {
  kind: "dms-migration-project",
  needs: ["dms-data-provider", "dms-instance-profile", "iam-role", "secret"],
  busyErrors: ["InvalidResourceStateFault"],
  timeoutMinutes: 30,
  async find({ aws }, name) {
    const answer = await noneIfUnknown(() =>
      aws.dms.describeMigrationProjects({ Filters: [{ Name: "migration-project-identifier", Values: [name] }] }),
    );
    const project = answer?.MigrationProjects?.find((one) => one.MigrationProjectName === name);
    return foundInDms(aws, project, project?.MigrationProjectArn);
  },
  async names({ aws }) {
    const all = await allPages(async (Marker) => {
      const page = await aws.dms.describeMigrationProjects({ ...(Marker !== undefined && { Marker }) });
      return { items: page.MigrationProjects, next: page.Marker };
    });
    return oursAmong(all.map((one) => one.MigrationProjectName));
  },
  look: (project) => ({ done: true, value: project }),
  facts: (project) => ({ arn: project.MigrationProjectArn ?? "" }),
  async remove({ aws }, _name, project) {
    await noneIfUnknown(() =>
      aws.dms.deleteMigrationProject({ MigrationProjectIdentifier: project.MigrationProjectArn }),
    );
  },
};

/** One side of a project, by the ARNs of what was made for it. */
export interface ProjectSide {
  readonly provider: string;
  readonly secret: string;
}

export interface ProjectSpec {
  readonly run: RunOwner;
  readonly name: string;
  /** Called when everything that the project names is ready. */
  readonly parts: (stateOf: Parameters<Resource<MigrationProject>["create"]>[0]) => {
    readonly source: ProjectSide;
    readonly target: ProjectSide;
    readonly instanceProfile: string;
    readonly secretsRole: string;
  };
}

/** The migration project of a run. */
export function projectOfRun(context: Context, spec: ProjectSpec): Resource<MigrationProject> {
  return {
    kind: dmsMigrationProject,
    name: spec.name,
    async create(stateOf) {
      const { source, target, instanceProfile, secretsRole } = spec.parts(stateOf);
      const descriptor = (side: ProjectSide) => ({
        DataProviderIdentifier: side.provider,
        SecretsManagerSecretId: side.secret,
        SecretsManagerAccessRoleArn: secretsRole,
      });
      await oncePropagated(context, () =>
        context.aws.dms.createMigrationProject({
          MigrationProjectName: spec.name,
          InstanceProfileIdentifier: instanceProfile,
          SourceDataProviderDescriptors: [descriptor(source)],
          TargetDataProviderDescriptors: [descriptor(target)],
          Tags: tagsOfRun(spec.run),
        }),
      );
    },
  };
}
