import type { ControlAnswer } from "../../control.ts";
import type { World } from "../../world.ts";
import { admits } from "../ec2/admits.ts";
import { documentNamed } from "./documents.ts";

/**
 * What a running task asks the local AWS for, below `/_local-aws/tasks/ID/`: ECS's metadata (`task`), whether security groups let it to a
 * database (`admitted/PORT`), and the documents that the world outside has (`documents/SOURCE`). `undefined` for every other path.
 */
export function answerTask(world: World, method: string, path: string): ControlAnswer | undefined {
  const [, id = "", kind = "", what = ""] = /^\/_local-aws\/tasks\/([0-9a-f]+)\/([a-z]+)(?:\/(.+))?$/.exec(path) ?? [];
  const task = method === "GET" ? world.ecs.tasks.get(id) : undefined;
  if (!task) return undefined;
  const { definition, shown } = task;
  switch (kind) {
    case "task":
      return {
        status: 200,
        body: {
          Cluster: shown.clusterArn,
          TaskARN: shown.taskArn,
          Family: definition.family,
          Revision: String(definition.revision),
          DesiredStatus: shown.desiredStatus,
          KnownStatus: shown.lastStatus,
          LaunchType: shown.launchType,
        },
      };
    case "admitted": {
      const port = Number(what);
      const cluster = [...world.rds.clusters.values()].find((one) => one.port === port);
      const subnets = task.subnetIds.flatMap((subnet) => world.ec2.subnets.get(subnet) ?? []);
      const rules = (cluster?.securityGroupIds ?? []).flatMap(
        (group) => world.ec2.securityGroups.get(group)?.ingress ?? [],
      );
      const origin = { groupIds: task.securityGroupIds, subnets };
      return { status: 200, body: { admitted: rules.some((rule) => admits(rule, origin, port)) } };
    }
    case "documents":
      return load(world, decodeURIComponent(what));
    default:
      return undefined;
  }
}

/** Names below `invalid` exist nowhere (RFC 2606): a page there cannot be loaded. */
function load({ ecs }: World, source: string): ControlAnswer {
  const host = URL.canParse(source) ? new URL(source).hostname : "";
  if (host === "invalid" || host.endsWith(".invalid"))
    return { status: 502, body: { message: `Failed to resolve '${host}' ([Errno -2] Name or service not known)` } };
  return { status: 200, body: documentNamed(ecs.documents, source) };
}
