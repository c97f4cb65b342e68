import { AwsFault } from "../../fault.ts";

/** RDS's code for a value that it cannot take. */
export function invalidValue(message: string): AwsFault {
  return new AwsFault("InvalidParameterValue", message);
}

/** RDS's code for values, or a value and a resource, that do not go together. */
export function invalidCombination(message: string): AwsFault {
  return new AwsFault("InvalidParameterCombination", message);
}

export function clusterNotFound(identifier: string): AwsFault {
  return new AwsFault("DBClusterNotFoundFault", `DBCluster ${identifier} not found.`, 404);
}

export function instanceNotFound(identifier: string): AwsFault {
  return new AwsFault("DBInstanceNotFound", `DBInstance ${identifier} not found.`, 404);
}

export function snapshotNotFound(identifier: string): AwsFault {
  return new AwsFault("DBClusterSnapshotNotFoundFault", `DBClusterSnapshot not found: ${identifier}`, 404);
}

/** Describe, modify and delete say `DBParameterGroupNotFound`; create and restore of a cluster have a code of their own. */
export function parameterGroupNotFound(name: string, code = "DBParameterGroupNotFound"): AwsFault {
  return new AwsFault(code, `DBClusterParameterGroup not found: ${name}`, 404);
}

export function subnetGroupNotFound(name: string): AwsFault {
  return new AwsFault("DBSubnetGroupNotFoundFault", `DB subnet group '${name}' does not exist.`, 404);
}

export function clusterState(message: string): AwsFault {
  return new AwsFault("InvalidDBClusterStateFault", message);
}

export function instanceState(message: string): AwsFault {
  return new AwsFault("InvalidDBInstanceState", message);
}

export function parameterGroupState(message: string): AwsFault {
  return new AwsFault("InvalidDBParameterGroupState", message);
}
