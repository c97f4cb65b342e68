import { arnOf } from "../../arn.ts";
import { AwsFault } from "../../fault.ts";
import type { Handlers } from "../../service.ts";
import { supportsOnly } from "../../unsupported.ts";
import type { World } from "../../world.ts";
import { settingsOfCluster } from "./cluster-server.ts";
import { describeParameterGroup } from "./describe.ts";
import { invalidCombination, invalidValue, parameterGroupState } from "./faults.ts";
import { listPage } from "./lists.ts";
import { parameterGroupNamed } from "./look-up.ts";
import { knownParameters, type KnownParameter, valueIn } from "./parameters.ts";
import type { RdsSdk } from "./sdk.ts";
import type { ClusterParameterGroup } from "./state.ts";
import { givenTags } from "./tags.ts";
import { familyOf, releasedVersions } from "./versions.ts";

/** DB cluster parameter groups: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterParameterGroup.html */
export const parameterGroupHandlers: Handlers<RdsSdk> = {
  CreateDBClusterParameterGroup(input, { world }) {
    supportsOnly(input, "DBClusterParameterGroupName", "DBParameterGroupFamily", "Description", "Tags");
    const name = (input.DBClusterParameterGroupName ?? "").toLowerCase();
    const { DBParameterGroupFamily: family = "", Description: description = "" } = input;
    if (name.length > 255 || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
      throw invalidValue(`The parameter DBClusterParameterGroupName is not a valid identifier: ${name}`);
    }
    if (!releasedVersions.map(familyOf).includes(family)) {
      throw invalidValue(`ParameterGroupFamily ${family} is not a valid parameter group family`);
    }
    if (world.rds.parameterGroups.has(name)) {
      throw new AwsFault("DBParameterGroupAlreadyExists", `Parameter group ${name} already exists`);
    }
    const arn = arnOf(world, "rds", `cluster-pg:${name}`);
    const group = { name, arn, family, description, tags: givenTags(input.Tags), values: new Map() };
    world.rds.parameterGroups.set(name, group);
    return { DBClusterParameterGroup: describeParameterGroup(group) };
  },

  DescribeDBClusterParameterGroups(input, { world }) {
    const named = input.DBClusterParameterGroupName;
    const groups = world.rds.parameterGroups;
    const wanted = named === undefined ? [...groups.values()] : [parameterGroupNamed(world, named)];
    const page = listPage(wanted, input, {
      operation: "DescribeDBClusterParameterGroups",
      keyOf: (group) => group.name,
    });
    return { DBClusterParameterGroups: page.items.map(describeParameterGroup), Marker: page.marker };
  },

  DescribeDBClusterParameters(input, { world }) {
    const group = parameterGroupNamed(world, input.DBClusterParameterGroupName);
    const all = [...knownParameters.values()].map((parameter) => describeParameter(group, parameter));
    const wanted = all.filter(({ Source }) => input.Source === undefined || Source === input.Source);
    const page = listPage(wanted, input, {
      operation: "DescribeDBClusterParameters",
      keyOf: (parameter) => parameter.ParameterName,
      filters: { "parameter-name": (parameter) => parameter.ParameterName },
    });
    return { Parameters: page.items, Marker: page.marker };
  },

  ModifyDBClusterParameterGroup(input, { world }) {
    const group = ownGroup(world, input.DBClusterParameterGroupName, "modified");
    const changes = (input.Parameters ?? []).map((given) => checkedChange(given));
    if (changes.length > 20) throw invalidValue("A maximum of 20 parameters can be modified in a single request.");
    for (const { parameter, value, applyMethod } of changes) group.values.set(parameter.name, { value, applyMethod });
    applyToClusters(world, group, changes);
    return { DBClusterParameterGroupName: group.name };
  },

  DeleteDBClusterParameterGroup(input, { world }) {
    const group = ownGroup(world, input.DBClusterParameterGroupName, "deleted");
    if ([...world.rds.clusters.values()].some((cluster) => cluster.parameterGroup === group.name)) {
      throw parameterGroupState(
        `One or more database instances are still members of this parameter group ${group.name}, so the group cannot be deleted`,
      );
    }
    world.rds.parameterGroups.delete(group.name);
    return {};
  },
};

interface Change {
  readonly parameter: KnownParameter;
  readonly value: string;
  readonly applyMethod: "immediate" | "pending-reboot";
}

function ownGroup(world: World, name: string | undefined, what: string): ClusterParameterGroup {
  const group = parameterGroupNamed(world, name);
  if (group.name.startsWith("default.")) {
    throw parameterGroupState(`The default DB cluster parameter group ${group.name} cannot be ${what}.`);
  }
  return group;
}

function checkedChange(given: {
  ParameterName?: string | undefined;
  ParameterValue?: string | undefined;
  ApplyMethod?: "immediate" | "pending-reboot" | undefined;
}): Change {
  const { ParameterName: name = "", ParameterValue: value, ApplyMethod: applyMethod } = given;
  const parameter = knownParameters.get(name);
  if (!parameter) throw invalidValue(`Could not find parameter with name: ${name}`);
  if (value === undefined || !applyMethod) throw invalidCombination(`${name} needs ParameterValue and ApplyMethod.`);
  if (!isAllowed(parameter, value)) {
    throw invalidValue(`Invalid parameter value: ${value} for: ${name} allowed values are: ${parameter.allowed}`);
  }
  if (parameter.applyType === "static" && applyMethod === "immediate") {
    throw invalidCombination("cannot use immediate apply method for static parameter");
  }
  return { parameter, value, applyMethod };
}

function isAllowed({ dataType, allowed }: KnownParameter, value: string): boolean {
  if (dataType === "boolean") return value === "0" || value === "1";
  if (dataType === "string") return allowed === undefined || allowed.split(",").includes(value);
  const [, lowest, highest] = /^(-?\d+)-(\d+)$/.exec(allowed ?? "") ?? [];
  return /^-?\d+$/.test(value) && Number(value) >= Number(lowest) && Number(value) <= Number(highest);
}

/** Dynamic parameters that are to apply immediately do; for the others each instance of the group's clusters awaits its reboot. */
function applyToClusters(world: World, group: ClusterParameterGroup, changes: readonly Change[]): void {
  const awaitsReboot = changes.some(({ applyMethod }) => applyMethod === "pending-reboot");
  const appliesNow = changes.some(({ applyMethod }) => applyMethod === "immediate");
  for (const cluster of world.rds.clusters.values()) {
    if (cluster.parameterGroup !== group.name) continue;
    if (awaitsReboot) for (const instance of cluster.instances) instance.parameterGroupStatus = "pending-reboot";
    if (!appliesNow) continue;
    world.background(`parameters of cluster ${cluster.identifier}`, () =>
      cluster.oneAtATime(() => cluster.server.reload(settingsOfCluster(world, cluster))),
    );
  }
}

function describeParameter(group: ClusterParameterGroup, parameter: KnownParameter) {
  const own = group.values.get(parameter.name);
  return {
    ParameterName: parameter.name,
    ParameterValue: valueIn(group, parameter),
    Description: parameter.description,
    Source: own ? "user" : "engine-default",
    ApplyType: parameter.applyType,
    ApplyMethod: own?.applyMethod ?? ("pending-reboot" as const),
    DataType: parameter.dataType,
    AllowedValues: parameter.allowed,
    IsModifiable: true,
    SupportedEngineModes: ["provisioned"],
  };
}
