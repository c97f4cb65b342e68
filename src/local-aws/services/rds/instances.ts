import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import type { InputOf } from "../../service.ts";
import type { World } from "../../world.ts";
import type { Begun } from "./begun.ts";
import { startServer, stopServer } from "./cluster-server.ts";
import { writerOf } from "./describe.ts";
import { seconds } from "./durations.ts";
import { clusterState, instanceState, invalidCombination, invalidValue } from "./faults.ts";
import { identifier, newResourceId } from "./identifiers.ts";
import { allInstances, availableCluster, clusterNamed, instanceNamed } from "./look-up.ts";
import type { RdsSdk } from "./sdk.ts";
import type { DbCluster, DbInstance } from "./state.ts";
import { givenTags } from "./tags.ts";

export type CreateInstanceInput = InputOf<RdsSdk, "CreateDBInstance">;

/** Begins an instance of an available cluster. Throws what CreateDBInstance answers when it refuses. */
export function beginCreateInstance(world: World, input: CreateInstanceInput): Begun<DbInstance> {
  const name = identifier("DBInstanceIdentifier", input.DBInstanceIdentifier);
  if (input.Engine !== "aurora-postgresql") throw invalidValue(`Invalid DB engine: ${input.Engine}`);
  if (!input.DBClusterIdentifier) throw invalidCombination("An Aurora instance needs a DBClusterIdentifier.");
  const cluster = availableCluster(world, input.DBClusterIdentifier);
  if (allInstances(world).some((instance) => instance.identifier === name)) {
    throw new AwsFault("DBInstanceAlreadyExists", `DB instance already exists: ${name}`);
  }
  if (input.EngineVersion && input.EngineVersion !== cluster.engineVersion) {
    throw invalidCombination(
      `The engine version that you requested for your DB instance (${input.EngineVersion}) does not match the engine version of your DB cluster (${cluster.engineVersion}).`,
    );
  }
  if (input.DBInstanceClass === "db.serverless" && !cluster.serverlessV2) {
    throw clusterState(
      "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.",
    );
  }
  const instance: DbInstance = {
    identifier: name,
    arn: arnOf(world, "rds", `db:${name}`),
    clusterIdentifier: cluster.identifier,
    resourceId: newResourceId("db"),
    createdAt: new Date(),
    tags: givenTags(input.Tags),
    instanceClass: input.DBInstanceClass ?? "",
    status: "creating",
    parameterGroupStatus: "in-sync",
  };
  cluster.instances.push(instance);
  return { resource: instance, finish: () => bringUp(world, instance, seconds.createInstance) };
}

/** Lets the time pass, then starts the server. `incompatible-parameters` is AWS's word for a server that its parameters keep down. */
export async function bringUp(world: World, instance: DbInstance, awsSeconds: number): Promise<void> {
  await world.clock.elapse(awsSeconds);
  try {
    await startServer(world, clusterNamed(world, instance.clusterIdentifier));
    instance.status = "available";
  } catch (error) {
    instance.status = "incompatible-parameters";
    throw error;
  }
}

/** Begins the end of an instance; with the last one, the server stops. Throws what DeleteDBInstance answers when it refuses. */
export function beginDeleteInstance(world: World, nameOrArn: string | undefined): Begun<DbInstance> {
  const { cluster, instance } = instanceNamed(world, nameOrArn);
  if (instance.status === "deleting") throw instanceState(`Instance ${instance.identifier} is already being deleted.`);
  if (["creating", "rebooting", "starting", "stopping"].includes(instance.status)) {
    throw instanceState(
      `Instance ${instance.identifier} is currently ${instance.status} - please wait for it to be available.`,
    );
  }
  instance.status = "deleting";
  return {
    resource: instance,
    finish: async () => {
      if (!cluster.instances.some(({ status }) => status === "available")) await stopServer(cluster);
      await world.clock.elapse(seconds.deleteInstance);
      cluster.instances = cluster.instances.filter((other) => other !== instance);
    },
  };
}

/** Begins a reboot: static parameters take effect, sessions end. Throws what RebootDBInstance answers when it refuses. */
export function beginReboot(world: World, nameOrArn: string | undefined): Begun<DbInstance> {
  const { cluster, instance } = availableInstance(world, nameOrArn);
  instance.status = "rebooting";
  return {
    resource: instance,
    finish: async () => {
      if (instance === writerOf(cluster)) await stopServer(cluster);
      await bringUp(world, instance, seconds.rebootInstance);
      instance.parameterGroupStatus = "in-sync";
    },
  };
}

/** The instance, where it is available. Throws DBInstanceNotFound or InvalidDBInstanceState. */
export function availableInstance(
  world: World,
  nameOrArn: string | undefined,
): { readonly cluster: DbCluster; readonly instance: DbInstance } {
  const found = instanceNamed(world, nameOrArn);
  const { identifier: name, status } = found.instance;
  if (status !== "available") throw instanceState(`Instance ${name} is in the state ${status}; it must be available.`);
  return found;
}
