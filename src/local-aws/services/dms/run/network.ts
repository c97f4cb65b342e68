import type { InstanceProfile } from "@aws-sdk/client-database-migration-service";
import { admits, type Origin as NetworkOrigin } from "../../ec2/admits.ts";
import type { Subnet } from "../../ec2-state.ts";
import type { DbCluster } from "../../rds/state.ts";
import type { World } from "../../../world.ts";
import type { Endpoint } from "./endpoint.ts";
import { MigrationFailure } from "./migration-failure.ts";

interface Origin extends NetworkOrigin {
  readonly what: string;
}

/**
 * Fails the migration unless the network lets it reach both clusters and, for replication, the target reach the source (user
 * guide, dm-network and vpc-peering-ongoing-replication).
 */
export function checkNetwork(
  world: World,
  profile: InstanceProfile,
  route: { source: Endpoint; target: Endpoint; replicates: boolean },
): void {
  const { source, target } = route;
  const migration = originOfMigration(world, profile);
  for (const endpoint of [source, target]) {
    const inVpc = migration.subnets.every((subnet) => subnet.vpcId === endpoint.cluster.vpcId);
    if (!inVpc) {
      throw unreachable(endpoint, `The instance profile's subnets are not in its VPC ${endpoint.cluster.vpcId}.`);
    }
    requireRoute(world, migration, endpoint);
  }
  if (route.replicates) requireRoute(world, originOfCluster(world, target.cluster), source);
}

function requireRoute(world: World, origin: Origin, endpoint: Endpoint): void {
  const rules = endpoint.cluster.securityGroupIds.flatMap((id) => world.ec2.securityGroups.get(id)?.ingress ?? []);
  if (rules.some((rule) => admits(rule, origin, endpoint.port))) return;
  const groups = endpoint.cluster.securityGroupIds.join(", ");
  throw unreachable(
    endpoint,
    `Connection timed out: security group ${groups} does not admit ${origin.what} on port ${String(endpoint.port)}.`,
  );
}

function originOfMigration(world: World, profile: InstanceProfile): Origin {
  const group = world.dms.subnetGroups.get(profile.SubnetGroupIdentifier ?? "");
  if (group === undefined) throw new MigrationFailure("The instance profile has no subnet group.");
  const groupIds = profile.VpcSecurityGroups ?? [];
  const subnetIds = (group.Subnets ?? []).map((subnet) => subnet.SubnetIdentifier ?? "");
  return { what: `the instance profile's ${groupIds.join(", ")}`, groupIds, subnets: subnetsOf(world, subnetIds) };
}

function originOfCluster(world: World, cluster: DbCluster): Origin {
  const subnetIds = world.rds.subnetGroups.get(cluster.subnetGroup)?.subnetIds ?? [];
  const groupIds = cluster.securityGroupIds;
  return { what: `the target's ${groupIds.join(", ")}`, groupIds, subnets: subnetsOf(world, subnetIds) };
}

function subnetsOf(world: World, ids: readonly string[]): Subnet[] {
  return ids.map((id) => world.ec2.subnets.get(id)).filter((subnet) => subnet !== undefined);
}

function unreachable(endpoint: Endpoint, detail: string): MigrationFailure {
  return new MigrationFailure(`Unable to connect to ${endpoint.side}. ${detail}`);
}
