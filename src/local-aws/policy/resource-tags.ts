import type { Tag } from "../tags.ts";
import type { World } from "../world.ts";

/** The tags of the resource with this ARN; none where there is no such resource (yet). DynamoDB's tables are not the world's. */
export function tagsOfResource(world: World, arn: string): readonly Tag[] {
  const [, , service = "", , , ...rest] = arn.split(":");
  const resource = rest.join(":");
  switch (service) {
    case "rds":
      return rdsResources(world).find((one) => one.arn === arn)?.tags ?? [];
    case "dms":
      return world.dms.tags.get(arn) ?? [];
    case "secretsmanager":
      return world.secrets.get(arn)?.tags ?? [];
    case "iam":
      return [...world.iam.values()].find((role) => role.arn === arn)?.tags ?? [];
    case "pipes":
      return world.pipes.get(resource.split("/")[1] ?? "")?.tags ?? [];
    case "ecs":
      return ecsTags(world, resource);
    case "ec2":
      return ec2Tags(world, resource.split("/")[1] ?? "");
    default:
      return [];
  }
}

function rdsResources({ rds }: World): { readonly arn: string; readonly tags: readonly Tag[] }[] {
  const clusters = [...rds.clusters.values()];
  const groups = [...rds.parameterGroups.values(), ...rds.subnetGroups.values()];
  return [...clusters, ...clusters.flatMap(({ instances }) => instances), ...rds.snapshots.values(), ...groups];
}

/** Of clusters and tasks; task definitions have none here. */
function ecsTags({ ecs }: World, resource: string): readonly Tag[] {
  const [kind, name = "", id = ""] = resource.split("/");
  if (kind === "cluster") return ecs.clusters.get(name)?.tags ?? [];
  const tags = kind === "task" ? ecs.tasks.get(id)?.shown.tags : undefined;
  return (tags ?? []).map(({ key: Key, value: Value }) => ({ Key, Value }));
}

function ec2Tags(world: World, id: string): readonly Tag[] {
  const groups = [...world.ec2.securityGroups.values()];
  return [...groups, ...groups.flatMap(({ ingress }) => ingress)].find((one) => one.id === id)?.tags ?? [];
}
