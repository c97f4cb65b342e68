import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import type { Begun } from "./begun.ts";
import { describeInstance } from "./describe.ts";
import { seconds } from "./durations.ts";
import { invalidCombination } from "./faults.ts";
import { availableInstance, beginCreateInstance, beginDeleteInstance, beginReboot } from "./instances.ts";
import { listPage } from "./lists.ts";
import { allInstances, clusterNamed, instanceNamed } from "./look-up.ts";
import type { RdsSdk } from "./sdk.ts";
import type { DbInstance } from "./state.ts";

/** DB instances of clusters: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html */
export const instanceHandlers: Handlers<RdsSdk> = {
  DescribeDBInstances(input, { world }) {
    const named = input.DBInstanceIdentifier;
    const wanted = named === undefined ? allInstances(world) : [instanceNamed(world, named).instance];
    const page = listPage(wanted, input, {
      operation: "DescribeDBInstances",
      keyOf: (instance) => instance.identifier,
      filters: {
        "db-instance-id": (instance) => instance.identifier,
        "db-cluster-id": (instance) => instance.clusterIdentifier,
        "dbi-resource-id": (instance) => instance.resourceId,
        engine: () => "aurora-postgresql",
      },
    });
    return { DBInstances: page.items.map((instance) => describe(world, instance)), Marker: page.marker };
  },

  CreateDBInstance(input, { world }) {
    const members = [
      "DBInstanceIdentifier",
      "DBClusterIdentifier",
      "DBInstanceClass",
      "Engine",
      "EngineVersion",
    ] as const;
    const more = [
      "Tags",
      "PromotionTier",
      "AutoMinorVersionUpgrade",
      "PubliclyAccessible",
      "DBSubnetGroupName",
    ] as const;
    supportsOnly(input, ...members, ...more);
    if (input.PubliclyAccessible) throw invalidCombination("The subnets of this cluster have no route from outside.");
    return accept(world, "creation", beginCreateInstance(world, input));
  },

  /** Changes the class, which restarts nothing here. */
  ModifyDBInstance(input, { world }) {
    supportsOnly(input, "DBInstanceIdentifier", "DBInstanceClass", "ApplyImmediately");
    const { instance } = availableInstance(world, input.DBInstanceIdentifier);
    const { DBInstanceClass: instanceClass = instance.instanceClass } = input;
    instance.status = "modifying";
    const finish = async () => {
      await world.clock.elapse(seconds.modifyInstance);
      instance.instanceClass = instanceClass;
      instance.status = "available";
    };
    return accept(world, "change", { resource: instance, finish });
  },

  RebootDBInstance(input, { world }) {
    supportsOnly(input, "DBInstanceIdentifier", "ForceFailover");
    if (input.ForceFailover) throw invalidCombination("ForceFailover needs a cluster with a reader.");
    return accept(world, "reboot", beginReboot(world, input.DBInstanceIdentifier));
  },

  DeleteDBInstance(input, { world }) {
    supportsOnly(
      input,
      "DBInstanceIdentifier",
      "SkipFinalSnapshot",
      "FinalDBSnapshotIdentifier",
      "DeleteAutomatedBackups",
    );
    if (input.FinalDBSnapshotIdentifier) {
      throw invalidCombination("FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance.");
    }
    return accept(world, "deletion", beginDeleteInstance(world, input.DBInstanceIdentifier));
  },
};

function accept(world: World, what: string, begun: Begun<DbInstance>) {
  world.background(`${what} of instance ${begun.resource.identifier}`, begun.finish);
  return { DBInstance: describe(world, begun.resource) };
}

function describe(world: World, instance: DbInstance) {
  return describeInstance(world, clusterNamed(world, instance.clusterIdentifier), instance);
}
