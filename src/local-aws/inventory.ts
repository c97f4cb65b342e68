import type { World } from "./world.ts";

/** Identifiers of all that exists in a world, and states where they tell something: for a test to compare before and after. */
export function inventoryOf(world: World): Record<string, readonly unknown[]> {
  return { ...databasesOf(world), ...migrationsOf(world), ...foundationsOf(world) };
}

function databasesOf({ rds }: World): Record<string, readonly unknown[]> {
  return {
    clusters: [...rds.clusters.values()].map((cluster) => ({
      identifier: cluster.identifier,
      status: cluster.status,
      engineVersion: cluster.engineVersion,
      parameterGroup: cluster.parameterGroup,
      securityGroupIds: cluster.securityGroupIds,
      port: cluster.port,
    })),
    instances: [...rds.clusters.values()].flatMap((cluster) =>
      cluster.instances.map(({ identifier, status }) => ({ identifier, cluster: cluster.identifier, status })),
    ),
    snapshots: [...rds.snapshots.values()].map(({ identifier, clusterIdentifier, status }) => ({
      identifier,
      clusterIdentifier,
      status,
    })),
    parameterGroups: [...rds.parameterGroups.keys()],
    subnetGroups: [...rds.subnetGroups.keys()],
  };
}

function migrationsOf({ dms }: World): Record<string, readonly unknown[]> {
  return {
    replicationSubnetGroups: [...dms.subnetGroups.keys()],
    instanceProfiles: [...dms.instanceProfiles.keys()],
    dataProviders: [...dms.dataProviders.keys()],
    migrationProjects: [...dms.migrationProjects.keys()],
    dataMigrations: [...dms.dataMigrations.values()].map((migration) => ({
      arn: migration.DataMigrationArn,
      status: migration.DataMigrationStatus,
      lastFailureMessage: migration.LastFailureMessage,
    })),
  };
}

/** Secrets without their values. */
function foundationsOf({
  secrets,
  iam,
  ec2,
  ecs,
  cloudformation,
  pipes,
  scheduler,
}: World): Record<string, readonly unknown[]> {
  return {
    secrets: [...secrets.values()].map(({ arn, deletedAt }) => ({ arn, deletedAt })),
    // One that was removed and made again stands where it stood.
    roles: [...iam.values()]
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((role) => ({
        arn: role.arn,
        policies: [...role.policies.keys()],
        attached: [...role.attached],
      })),
    securityGroups: [...ec2.securityGroups.values()].map(({ id, name, ingress }) => ({
      id,
      name,
      ingress: ingress.map(({ id: rule, protocol, fromPort, toPort, sourceGroupId, cidr }) => ({
        id: rule,
        protocol,
        fromPort,
        toPort,
        from: sourceGroupId ?? cidr,
      })),
    })),
    pipes: [...pipes.values()].map(({ name, currentState }) => ({ name, state: currentState })),
    schedules: [...scheduler.values()].map(({ name, state }) => ({ name, state })),
    tasks: [...ecs.tasks.values()]
      .filter(({ stoppedAt }) => stoppedAt === undefined)
      .map(({ shown }) => ({ arn: shown.taskArn, status: shown.lastStatus })),
    stacks: [...cloudformation.values()].map(({ name, status }) => ({ name, status })),
  };
}

/** How many embedding tasks there have ever been for each bot: to see that none was embedded twice. Tasks that are gone count, too. */
export function embeddingsOf({
  ecs,
}: World): readonly { readonly bot: string; readonly started: number; readonly ran: number }[] {
  return [...ecs.counts].map(([bot, { started, ran }]) => ({ bot, started, ran }));
}
